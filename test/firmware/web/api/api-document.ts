import { powerOn } from '#sim/testing';

/** An operation as the appliance's OpenAPI document has it, as far as tests look at it. */
export interface Operation {
  readonly method: string;
  /** Below the prefix; `{name}` stands for a parameter. */
  readonly path: string;
  readonly operationId: string;
  readonly summary: string;
  readonly tags: readonly string[];
  readonly security: readonly object[];
  readonly responses: Readonly<Record<string, { readonly description: string }>>;
  readonly parameters?: readonly {
    readonly in: string;
    readonly name: string;
    readonly required?: boolean;
    readonly schema: JsonSchema;
  }[];
  readonly requestBody?: {
    readonly content: Readonly<Record<string, { readonly schema: JsonSchema }>>;
  };
  readonly 'x-access': 'anyone' | 'user' | 'administrator';
  readonly 'x-limited-sessions'?: readonly string[];
}

/** As much of JSON Schema as the API's schemas come to. */
export interface JsonSchema {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: unknown;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
}

/** An OpenAPI document. */
export interface ApiDocument {
  readonly openapi: string;
  readonly info: { readonly title: string; readonly version: string };
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, Omit<Operation, 'path' | 'method'>>>>
  >;
  readonly components: {
    readonly schemas: Readonly<Record<string, JsonSchema>>;
    readonly securitySchemes: Readonly<Record<string, object>>;
  };
}

const prefix = '/api/v1';

/** What an appliance answers of itself. */
export async function apiDocument(): Promise<ApiDocument> {
  await using bench = await powerOn();
  return (await bench.http.get(`${prefix}/openapi.json`)).json<ApiDocument>();
}

/** Every operation of the document. */
export function operationsOf(document: ApiDocument): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, operation]) => ({
      ...operation,
      method: method.toUpperCase(),
      path: path.slice(prefix.length),
    })),
  );
}

/** Every operation that the appliance describes. */
export async function apiOperations(): Promise<readonly Operation[]> {
  return operationsOf(await apiDocument());
}

/** The problems that an operation may answer. */
export function problemNamesOf({ responses }: Operation): readonly string[] {
  return Object.entries(responses)
    .filter(([status]) => status >= '400')
    .flatMap(([, { description }]) => description.split(', '));
}

/** Problems that need no mention with each request: they follow from what it is. */
const everywhere = [
  'malformed',
  'invalid',
  'content-type',
  'too-large',
  'not-signed-in',
  'session-limited',
  'csrf-token',
  'cross-site',
  'not-administrator',
  'address-not-allowed',
  'too-many-requests',
  'internal',
  'not-ready',
  'unavailable',
];

/** The tables of the reference: a heading and a table a tag. */
export function routeLines(operations: readonly Operation[]): readonly string[] {
  const tags = [...new Set(operations.flatMap((one) => one.tags))];
  return tags.flatMap((tag) => [
    `### ${tag.charAt(0).toUpperCase()}${tag.slice(1)}`,
    '| request | does | for | problems of its own |',
    '| --- | --- | --- | --- |',
    ...operations.filter((one) => one.tags.includes(tag)).map(routeLine),
    '',
  ]);
}

function routeLine(one: Operation): string {
  const own = problemNamesOf(one).filter((name) => !everywhere.includes(name));
  const who = [
    one['x-access'],
    ...(one['x-limited-sessions'] ?? []).map((limit) => `\`${limit}\``),
  ];
  const problems = own.map((name) => `\`${name}\``).join(', ');
  return `| \`${one.method} ${one.path}\` | ${one.summary} | ${who.join(', ')} | ${problems} |`;
}
