import { toJsonSchema } from '@valibot/to-json-schema';
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { limitsWithin } from './access.ts';
import { sessionCookie } from './credentials.ts';
import { firmwareVersion } from '../../version.ts';
import { problems, problemTypePrefix, type ProblemName } from './problems.ts';
import type { RouteConfig, RouteFacts } from './route.ts';
import type { Schema } from './validation.ts';

/** The prefix of the API. */
export const apiPrefix = '/api/v1';

const unsafeMethods = ['POST', 'PUT', 'PATCH', 'DELETE'];

/** Whether requests with that method change something. */
export function isUnsafe(method: string): boolean {
  return unsafeMethods.includes(method);
}

/** Every problem that a route may answer: its own, and those that follow from what it is. */
function problemsOf(route: RouteFacts): readonly ProblemName[] {
  const { method, access, params, query, body, problems: own = [] } = route;
  const names = new Set<ProblemName>(own);
  const add = (isSo: boolean, ...more: readonly ProblemName[]): void => {
    if (isSo) for (const name of more) names.add(name);
  };
  add(params !== undefined || query !== undefined || body !== undefined, 'invalid');
  add(isUnsafe(method), 'malformed', 'too-large', 'content-type', 'cross-site');
  add(access !== 'anyone', 'not-signed-in', 'session-limited');
  add(access !== 'anyone' && isUnsafe(method), 'csrf-token');
  add(access === 'administrator', 'not-administrator');
  add(true, 'address-not-allowed', 'too-many-requests', 'internal', 'not-ready', 'unavailable');
  return [...names].toSorted((one, other) => problems[one][0] - problems[other][0]);
}

/** What the document calls a route: `getMeTwoStep`. */
function operationIdOf({ method, path }: RouteFacts): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  const capital = words.map((word) => `${word.charAt(0).toUpperCase()}${word.slice(1)}`);
  return `${method.toLowerCase()}${capital.join('')}`;
}

/** What `@fastify/swagger` makes the OpenAPI document of: the routes' own schemas. */
export function documentOptions(routes: readonly RouteFacts[]): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'nasboard',
        description: 'The appliance over HTTP with JSON.',
        version: firmwareVersion,
      },
      components: {
        securitySchemes: {
          cookie: { type: 'apiKey', in: 'cookie', name: sessionCookie },
          csrfToken: { type: 'apiKey', in: 'header', name: 'X-CSRF-Token' },
          bearer: { type: 'http', scheme: 'bearer' },
        },
        schemas: { Problem: problemSchema },
      },
    },
    transform({ url, route }) {
      const { facts } = route.config as unknown as RouteConfig;
      return { url, schema: operationOf(facts) };
    },
    transformObject(document) {
      if (!('openapiObject' in document)) throw new Error('the document is no OpenAPI 3');
      const { paths = {} } = document.openapiObject;
      for (const route of routes) addProblems(paths, route);
      return document.openapiObject;
    },
  };
}

type SchemaObject = Exclude<
  NonNullable<NonNullable<Document['components']>['schemas']>[string],
  { $ref: string }
>;
type Document = NonNullable<FastifyDynamicSwaggerOptions['openapi']>;
type Paths = NonNullable<
  Extract<
    Parameters<NonNullable<FastifyDynamicSwaggerOptions['transformObject']>>[0],
    { openapiObject: unknown }
  >['openapiObject']['paths']
>;

function operationOf(route: RouteFacts) {
  const { method, summary, description, tag, access, params, query, body } = route;
  const limits = limitsWithin(route);
  const forCookies = { cookie: [], ...(isUnsafe(method) && { csrfToken: [] }) };
  return {
    operationId: operationIdOf(route),
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    'x-access': access,
    ...(limits.length > 0 && { 'x-limited-sessions': limits }),
    security: access === 'anyone' ? [] : [forCookies, { bearer: [] }],
    ...(params !== undefined && { params: jsonSchema(params) }),
    ...(query !== undefined && { querystring: jsonSchema(query) }),
    ...(body !== undefined && { body: jsonSchema(body) }),
    response: { [successOf(route)]: responseOf(route) },
  };
}

function successOf({ answer, media, status }: RouteFacts): number {
  return status ?? (answer === undefined && media === undefined ? 204 : 200);
}

function responseOf({ answer, media }: RouteFacts) {
  if (media !== undefined) {
    const content = media.map((type) => [type, { schema: { type: 'string' } }] as const);
    return { description: 'Done.', content: Object.fromEntries(content) };
  }
  if (answer === undefined) return { description: 'Done.', type: 'null' };
  const content = { 'application/json': { schema: jsonSchema(answer) } };
  return { description: 'Done.', content };
}

function addProblems(paths: Paths, route: RouteFacts): void {
  const url = `${apiPrefix}${route.path.replace(/:(\w+)/g, '{$1}')}`;
  const path = paths[url];
  const operation = path?.[route.method.toLowerCase() as 'get'];
  if (operation === undefined) throw new Error(`the document has no ${route.method} ${url}`);
  const content = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  };
  for (const name of problemsOf(route)) {
    const [status] = problems[name];
    const before = operation.responses?.[String(status)];
    const earlier =
      before !== undefined && 'description' in before ? `${before.description}, ` : '';
    operation.responses = {
      ...operation.responses,
      [String(status)]: { description: `${earlier}${name}`, content },
    };
  }
}

/** A schema as the document shows it; what JSON Schema cannot say is checked all the same. */
function jsonSchema(schema: Schema): object {
  const converted = toJsonSchema(schema, {
    target: 'draft-2020-12',
    errorMode: 'ignore',
    typeMode: 'input',
  });
  // The version of OpenAPI says which JSON Schema it is.
  const { $schema: version, ...rest } = converted;
  return version === undefined ? converted : rest;
}

const problemSchema: SchemaObject = {
  type: 'object',
  description: 'RFC 9457',
  required: ['type', 'title', 'status'],
  properties: {
    type: {
      type: 'string',
      enum: Object.keys(problems).map((name) => `${problemTypePrefix}${name}`),
    },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['in', 'pointer', 'detail'],
        properties: {
          in: { type: 'string', enum: ['body', 'query', 'path'] },
          pointer: { type: 'string', description: 'RFC 6901' },
          detail: { type: 'string' },
        },
        additionalProperties: false,
      },
    },
    triesLeft: { type: 'integer' },
    waitSeconds: { type: 'integer' },
  },
  additionalProperties: false,
};
