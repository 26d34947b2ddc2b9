/** What a call brings, by name. */
export type Parameters = ReadonlyMap<string, string>;

/** No call has so many. */
const parametersMax = 64;

/**
 * The parameters of a query, or of a body that is a form (`application/x-www-form-urlencoded`).
 * Undefined where that is no such thing: percent-encoding that is none, bytes that are no UTF-8, a
 * name that comes twice. Whoever reads the first and whoever reads the last would see two calls.
 */
export function parseParameters(text: string): Parameters | undefined {
  const parameters = new Map<string, string>();
  for (const pair of text.split('&')) {
    if (pair === '') continue;
    const at = pair.indexOf('=');
    const name = decoded(at === -1 ? pair : pair.slice(0, at));
    const value = decoded(at === -1 ? '' : pair.slice(at + 1));
    if (name === undefined || value === undefined || parameters.has(name)) return undefined;
    if (parameters.size >= parametersMax) return undefined;
    parameters.set(name, value);
  }
  return parameters;
}

/** Both as one; undefined where a name comes in both. */
export function joined(one: Parameters, other: Parameters): Parameters | undefined {
  for (const name of other.keys()) if (one.has(name)) return undefined;
  return new Map([...one, ...other]);
}

function decoded(text: string): string | undefined {
  if (!/[%+]/.test(text)) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}
