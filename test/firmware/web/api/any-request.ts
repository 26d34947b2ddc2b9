import fc from 'fast-check';
import type { JsonSchema, Operation } from './api-document.ts';

/** A request to an operation of the document, as somebody makes it who wishes no good. */
export interface AnyRequest {
  readonly operation: Operation;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body: string | undefined;
  readonly contentType: string;
}

/** Who and what may be there. */
const known = fc.constantFrom(
  'admin',
  'mara',
  'everyone',
  'administrators',
  'Public',
  'staff',
  '1',
);

const names = fc.constantFrom(
  'ADMIN',
  '0',
  '99999999999999999999',
  '__proto__',
  'constructor',
  'toString',
  '..',
  "' OR 1=1 --",
  '\u{0}',
  '\r\nSet-Cookie: a=b',
  '\u{202e}',
  '\u{d800}',
  'é'.repeat(64),
  'x'.repeat(600),
);

const text = fc.oneof(known, names, fc.string({ unit: 'binary', maxLength: 80 }), fc.string());
const anything = fc.oneof(text, fc.jsonValue(), fc.constant(null), fc.double());

/** What fits a schema, mostly; what does not, sometimes, anywhere in it. */
function valueOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 12, arbitrary: fitting(schema) }, { weight: 1, arbitrary: anything });
}

/** Of many fields that may be there, one that does not fit would spoil every request. */
const fieldsMax = 4;

function fitting(schema: JsonSchema): fc.Arbitrary<unknown> {
  const { anyOf = [], oneOf = [], properties = {}, required = [], items } = schema;
  const choices = [...anyOf, ...oneOf];
  if (choices.length > 0) return fc.oneof(...choices.map(valueOf));
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if ('const' in schema) return fc.constant(schema.const);
  if (schema.type === 'object') {
    const fields = Object.entries(properties).map(([name, one]) => [name, valueOf(one)] as const);
    const some = fc
      .subarray(fields, { maxLength: Math.min(fieldsMax, fields.length) })
      .map((chosen) => {
        const isWanted = (name: string): boolean =>
          required.includes(name) || chosen.some(([one]) => one === name);
        return fields.filter(([name]) => isWanted(name));
      });
    const fit = some.chain((chosen) => fc.record(Object.fromEntries(chosen)));
    const unknown = fc.dictionary(names, anything, { maxKeys: 2 });
    return fc.oneof(
      { weight: 12, arbitrary: fit },
      {
        weight: 1,
        arbitrary: fc.tuple(fit, unknown).map(([one, more]) => ({ ...one, ...more })),
      },
    );
  }
  if (schema.type === 'array') return fc.array(valueOf(items ?? {}), { maxLength: 4 });
  if (schema.type === 'boolean') return fc.boolean();
  if (schema.type === 'number' || schema.type === 'integer') {
    return fc.oneof(fc.integer({ min: -2, max: 70_000 }), fc.double());
  }
  if (schema.type === 'null') return fc.constant(null);
  if (schema.pattern !== undefined) return fc.oneof(fc.nat({ max: 200 }).map(String), text);
  return text;
}

function bodyOf(operation: Operation): fc.Arbitrary<string | undefined> {
  const schema = operation.requestBody?.content['application/json']?.schema;
  const json = fc.oneof(anything, fc.constant(undefined)).map((value) => JSON.stringify(value));
  const broken = fc.oneof(text, fc.constant('['.repeat(5_000)), fc.constant('{"a":1,"a":2}'));
  if (schema === undefined) {
    return fc.oneof({ weight: 6, arbitrary: fc.constant(undefined) }, json, broken);
  }
  return fc.oneof(
    { weight: 12, arbitrary: valueOf(schema).map((value) => JSON.stringify(value)) },
    { weight: 1, arbitrary: json },
    { weight: 1, arbitrary: broken },
  );
}

function requestTo(operation: Operation): fc.Arbitrary<AnyRequest> {
  const parameters = operation.parameters ?? [];
  const inQuery = parameters.filter((one) => one.in === 'query');
  const fields = inQuery.map(({ name, schema }) => [name, valueOf(schema).map(String)] as const);
  return fc
    .record({
      parts: fc.array(fc.oneof({ weight: 3, arbitrary: known }, text), {
        minLength: 2,
        maxLength: 2,
      }),
      query: fc.record(Object.fromEntries(fields), { requiredKeys: [] }),
      body: bodyOf(operation),
      contentType: fc.oneof(
        { weight: 12, arbitrary: fc.constant('application/json') },
        fc.constantFrom('text/plain', 'application/x-www-form-urlencoded', 'a', ''),
      ),
    })
    .map(({ parts, query, body, contentType }) => {
      let place = 0;
      const path = operation.path.replace(/\{\w+\}/g, () => {
        place += 1;
        return encodeURIComponent(wellFormed(parts[place - 1] ?? ''));
      });
      const given = Object.entries(query).filter(
        (one): one is [string, string] => one[1] !== undefined,
      );
      return { operation, path, query: Object.fromEntries(given), body, contentType };
    });
}

/** Half a character cannot stand in a path. */
function wellFormed(part: string): string {
  return part.replace(/\p{Cs}/gu, '\u{fffd}');
}

/** Any request to any of the operations. */
export function anyRequest(operations: readonly Operation[]): fc.Arbitrary<AnyRequest> {
  return fc.constantFrom(...operations).chain(requestTo);
}
