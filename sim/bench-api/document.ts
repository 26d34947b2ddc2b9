import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger';
import { toJsonSchema } from '@valibot/to-json-schema';
import { version } from '../cli/version.ts';
import { problems, problemTypePrefix, type ProblemName } from './problems.ts';
import type { RouteConfig, RouteFacts } from './route.ts';
import type { Schema } from './input.ts';

/** The prefix of the API. */
export const apiPrefix = '/api/v1';

/** Every problem that a route may answer: its own, and those that follow from what it is. */
function problemsOf(route: RouteFacts): readonly ProblemName[] {
  const { method, params, query, body, handleless, problems: own = [] } = withKind(route);
  const names = new Set<ProblemName>(own);
  const add = (isSo: boolean, ...more: readonly ProblemName[]): void => {
    if (isSo) for (const name of more) names.add(name);
  };
  add(params !== undefined || query !== undefined || body !== undefined, 'invalid');
  add(method !== 'GET', 'malformed', 'too-large', 'content-type');
  add(handleless, 'upgrade-required');
  add(true, 'token-missing', 'cross-site', 'wrong-host', 'broken');
  return [...names].toSorted((one, other) => problems[one][0] - problems[other][0]);
}

/** A route that answers nothing but a WebSocket has no media type. */
function withKind(route: RouteFacts): RouteFacts & { readonly handleless: boolean } {
  const { answer, media, webSocket } = route;
  return { ...route, handleless: webSocket !== undefined && answer === undefined && !media };
}

/** What the document calls a route: `postClockStep`. */
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
        title: 'nasboard bench',
        description:
          'A live bench over HTTP with JSON. `t` is simulated (true) time, µs since the Unix epoch.',
        version,
      },
      components: {
        securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } },
        schemas: { Problem: problemSchema },
      },
    },
    transform({ url, route }) {
      const { facts } = route.config as Partial<RouteConfig>;
      if (facts === undefined) return { url, schema: { hide: true } };
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

type Document = NonNullable<FastifyDynamicSwaggerOptions['openapi']>;
type SchemaObject = Exclude<
  NonNullable<NonNullable<Document['components']>['schemas']>[string],
  { $ref: string }
>;
type Paths = NonNullable<
  Extract<
    Parameters<NonNullable<FastifyDynamicSwaggerOptions['transformObject']>>[0],
    { openapiObject: unknown }
  >['openapiObject']['paths']
>;

function operationOf(route: RouteFacts) {
  const { summary, description, tag, params, query, body, webSocket } = route;
  return {
    operationId: operationIdOf(route),
    summary,
    ...(description !== undefined && { description }),
    tags: [tag],
    // Without a token where none was printed.
    security: [{}, { bearer: [] }],
    ...(webSocket !== undefined && { 'x-websocket': webSocket }),
    ...(params !== undefined && { params: jsonSchema(params) }),
    ...(query !== undefined && { querystring: jsonSchema(query) }),
    ...(body !== undefined && { body: jsonSchema(body) }),
    response: responseOf(route),
  };
}

function responseOf({ answer, media, webSocket }: RouteFacts) {
  const upgraded =
    webSocket === undefined ? {} : { 101: { description: 'The WebSocket.', type: 'null' } };
  if (answer === undefined && media === undefined) return upgraded;
  const type = media ?? 'application/json';
  const schema = answer === undefined ? { type: 'string' } : jsonSchema(answer);
  return { ...upgraded, 200: { description: 'Done.', content: { [type]: { schema } } } };
}

function addProblems(paths: Paths, route: RouteFacts): void {
  const url = `${apiPrefix}${route.path.replace(/:(\w+)/g, '{$1}')}`;
  const operation = paths[url]?.[route.method.toLowerCase() as 'get'];
  if (operation === undefined) throw new Error(`the document has no ${route.method} ${url}`);
  const content = {
    'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
  };
  for (const name of problemsOf(route)) {
    const [status] = problems[name];
    operation.responses = {
      ...operation.responses,
      [String(status)]: { description: name, content },
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
  const { $schema: version_, ...rest } = converted;
  return version_ === undefined ? converted : rest;
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
  },
  additionalProperties: false,
};
