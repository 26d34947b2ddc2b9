import cookie from '@fastify/cookie';
import fastify from 'fastify';
import { describe, expect, it } from 'vitest';
import { problems, problemTypePrefix } from '#firmware/web/api/problems';
import { registerApi } from '#firmware/web/api/register';
import { apiDocument, operationsOf, problemNamesOf, type JsonSchema } from './api-document.ts';

/** Every route that the application really has. */
async function registeredRoutes(): Promise<readonly string[]> {
  const app = fastify({ exposeHeadRoutes: false });
  const routes: string[] = [];
  app.addHook('onRoute', ({ method, url }) => {
    for (const one of [method].flat()) {
      routes.push(`${one} ${url.replace('/api/v1', '').replace(/:(\w+)/g, '{$1}')}`);
    }
  });
  await app.register(cookie);
  await registerApi(app);
  await app.ready();
  return routes;
}

/** The places in a schema where something that is not known would be taken. */
function openObjects(schema: JsonSchema, place: string): readonly string[] {
  const { properties = {}, items, anyOf = [], oneOf = [] } = schema;
  const isOpen =
    schema.type === 'object' &&
    schema.additionalProperties !== false &&
    // The adapters by service: its keys are closed, and checked beyond what the document says.
    !place.endsWith('/network.serviceBinding');
  return [
    ...(isOpen ? [place] : []),
    ...Object.entries(properties).flatMap(([name, one]) => openObjects(one, `${place}/${name}`)),
    ...(items === undefined ? [] : openObjects(items, `${place}[]`)),
    ...[...anyOf, ...oneOf].flatMap((one) => openObjects(one, place)),
  ];
}

describe('the document of the API', async () => {
  const document = await apiDocument();
  const operations = operationsOf(document);

  it('has every route that there is, and no other', async () => {
    const documented = operations.map(({ method, path }) => `${method} ${path}`);
    expect(documented.toSorted()).toEqual((await registeredRoutes()).toSorted());
    expect(documented.length).toBeGreaterThan(50);
  });

  it('is OpenAPI 3.1', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info).toMatchObject({
      title: 'nasboard',
      version: expect.any(String) as string,
    });
    expect(Object.keys(document.components.securitySchemes)).toEqual([
      'cookie',
      'csrfToken',
      'bearer',
    ]);
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    const text = JSON.stringify(document);
    for (const [, name = ''] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(document.components.schemas).toHaveProperty(name);
    }
    expect(text.match(/"\$ref":"(?!#\/components\/)/)).toBeNull();
    expect(text).not.toContain('Default Response');
  });

  it.each(operations)('tells all of $method $path', (operation) => {
    const { method, path, summary, tags, security, responses, parameters = [] } = operation;
    expect(summary).not.toBe('');
    expect(tags).toHaveLength(1);
    expect(security).toBeInstanceOf(Array);
    expect(security.length === 0).toBe(operation['x-access'] === 'anyone');
    expect(Object.keys(responses).filter((status) => status < '300')).toHaveLength(1);
    expect(problemNamesOf(operation)).toContain('unavailable');
    for (const name of problemNamesOf(operation)) expect(problems).toHaveProperty(name);
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const described = parameters.filter((one) => one.in === 'path').map(({ name }) => name);
    expect(described).toEqual(inPath);
    if (method === 'GET') expect(operation.requestBody).toBeUndefined();
  });

  it.each(operations)('closes what $method $path takes and answers', (operation) => {
    const content = operation.requestBody?.content ?? {};
    expect(Object.keys(content)).toEqual(
      operation.requestBody === undefined ? [] : ['application/json'],
    );
    const taken = content['application/json']?.schema;
    const answers = Object.values(operation.responses).flatMap((response) => {
      const media = (response as { content?: Record<string, { schema: JsonSchema }> }).content;
      return Object.values(media ?? {}).map(({ schema }) => schema);
    });
    const open = [...(taken === undefined ? [] : [taken]), ...answers].flatMap((schema) =>
      openObjects(schema, ''),
    );
    expect(open).toEqual([]);
  });

  it('names every problem as it is answered', () => {
    const { Problem } = document.components.schemas;
    expect(Problem?.properties?.['type']?.enum).toEqual(
      Object.keys(problems).map((name) => `${problemTypePrefix}${name}`),
    );
    const answered = new Set(operations.flatMap(problemNamesOf));
    expect(Object.keys(problems).filter((name) => !answered.has(name))).toEqual([]);
  });
});
