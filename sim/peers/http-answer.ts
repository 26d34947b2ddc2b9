import type { HttpResponse } from '../parts/http-port.ts';
import { readXml, type XmlValue } from './xml-reader.ts';

/** What a client was answered, read as far as it can be. */
export interface HttpAnswer extends HttpResponse {
  /** Of the content type, without parameters; empty where there is none. */
  readonly type: string;
  /** The parsed body, where it is JSON. */
  readonly jsonValue: unknown;
  /** What stands in the root element, where the body is well-formed XML. */
  readonly xmlValue: XmlValue | undefined;
}

/** Reads the body as its content type says. */
export async function readAnswer(response: HttpResponse): Promise<HttpAnswer> {
  const type =
    headerOf(response, 'content-type')
      ?.replace(/;[^]*$/, '')
      .trim() ?? '';
  return {
    ...response,
    type,
    jsonValue: /\bjson$/.test(type) ? parsedJson(response.body) : undefined,
    xmlValue: /\bxml$/.test(type) ? await readXml(response.body) : undefined,
  };
}

/** One header, whatever the case of its name; several of one name are joined. */
export function headerOf({ headers }: HttpResponse, name: string): string | undefined {
  const value = headers[name.toLowerCase()];
  return value === undefined || typeof value === 'string' ? value : value.join(', ');
}

function parsedJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

/**
 * The value at a path: names with `join` between them, `[0]` for a place in a list. Undefined where
 * there is nothing.
 */
export function valueAt(tree: unknown, path: string, join: '.' | '/'): unknown {
  let value = tree;
  const steps = path.replaceAll(/\[(\d+)\]/g, `${join}$1`).split(join);
  for (const step of steps.filter((each) => each !== '')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step)) {
      return undefined;
    }
    value = (value as Readonly<Record<string, unknown>>)[step];
  }
  return value;
}

/** What must not be told on: credentials and what stands for them. */
const secretName = /sid$|token|password|pwd|secret|otpauth|^key$|uri$|codes$|cookie|authorization/i;

/** Whether what has that path, or that header, is for its owner alone. */
export function isSecretPath(path: string): boolean {
  const name =
    path
      .replaceAll(/\[\d+\]/g, '')
      .split(/[./]/)
      .at(-1) ?? '';
  return secretName.test(name);
}

const leavesShown = 8;

/** Status, type and the first values of an answer, for a failure; secrets are left out. */
export function describeAnswer(answer: HttpAnswer): string {
  const { status, type, bytes, jsonValue, xmlValue } = answer;
  const tree = jsonValue ?? xmlValue;
  const kind = `${status}${type === '' ? '' : ` ${type}`}`;
  // What has no name may be anything.
  if (typeof tree !== 'object' || tree === null) return `${kind}, ${bytes.length} bytes`;
  const leaves = leavesOf(tree, '', xmlValue === undefined ? '.' : '/');
  const shown = leaves.slice(0, leavesShown).map(([path, value]) => {
    return `${path} ${shownValue(path, value)}`;
  });
  const more = leaves.length > leavesShown ? ', …' : '';
  return shown.length === 0 ? `${kind}, no values` : `${kind}: ${shown.join(', ')}${more}`;
}

const valueMax = 80;

/** A value for a failure. */
export function shownValue(path: string, value: unknown): string {
  if (value === undefined) return 'nothing';
  if (isSecretPath(path)) return '(not shown)';
  if (typeof value === 'object' && value !== null) {
    return Array.isArray(value) ? `a list of ${value.length}` : 'a group of fields';
  }
  const text = JSON.stringify(value);
  return text.length <= valueMax ? text : `${text.slice(0, valueMax - 1)}…`;
}

function leavesOf(tree: unknown, path: string, join: string): readonly [string, unknown][] {
  if (typeof tree !== 'object' || tree === null) return [[path, tree]];
  if (isSecretPath(path)) return [[path, '']];
  return Object.entries(tree).flatMap(([name, value]) => {
    const step = Array.isArray(tree) ? `[${name}]` : path === '' ? name : `${join}${name}`;
    return leavesOf(value, `${path}${step}`, join);
  });
}
