/** A value that may stand in a scenario file. */
export type Scalar = string | number | boolean | null;

/** Values by name, known while the file is read: `${hold}`, variables of `for-each`. */
export type Variables = ReadonlyMap<string, Scalar>;

/** Names whose value the board gives while the scenario runs. */
const runtimeNames = new Set(['now', 'label.model', 'label.serialNumber', 'label.defaultPassword']);

const placeholder = /\$\$\{|\$\{([^}]*)\}/g;

/** The names in `${…}`; `$${` is a plain `${`. */
export function placeholdersOf(text: string): readonly string[] {
  if (!text.includes('${')) return [];
  return [...text.matchAll(placeholder)].flatMap(([, name]) => (name === undefined ? [] : [name]));
}

/** Puts the values that `valueOf` knows in the place of their names; the others stay. */
export function fillPlaceholders(
  text: string,
  valueOf: (name: string) => string | undefined,
): string {
  if (!text.includes('${')) return text;
  return text.replaceAll(placeholder, (whole, name: string | undefined) =>
    name === undefined ? whole : (valueOf(name) ?? whole),
  );
}

/** Turns `$${` into `${`, once all names have their values. */
export function unescapePlaceholders(text: string): string {
  return text.replaceAll('$${', '${');
}

/** The name in `base64(NAME)`: clients of the QTS API send passwords that way. */
export function base64Name(name: string): string | undefined {
  return /^base64\((.*)\)$/.exec(name)?.[1];
}

/** A value in base64, as UTF-8. */
export function base64Of(value: string | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value).toString('base64');
}

/** Whether a name gets its value while the scenario runs, whatever the scenario does. */
export function isRuntimeName(name: string): boolean {
  return runtimeNames.has(name) || /^label\.mac[1-9]\d?$/.test(name);
}

/**
 * A copy of a value in which variables have been replaced; text that is one name keeps its type.
 */
export function substitute(value: unknown, variables: Variables): unknown {
  if (variables.size === 0) return value;
  if (typeof value === 'string') return substituteText(value, variables);
  if (Array.isArray(value)) return value.map((element) => substitute(element, variables));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, field]) => [key, substitute(field, variables)]);
  return Object.fromEntries(entries);
}

function substituteText(text: string, variables: Variables): Scalar {
  if (!text.includes('${')) return text;
  const only = /^\$\{([^}]*)\}$/.exec(text)?.[1];
  const value = only === undefined ? undefined : variables.get(only);
  if (value !== undefined) return value;
  return fillPlaceholders(text, (name) => {
    const coded = base64Name(name);
    const known = variables.get(coded ?? name);
    if (known === undefined) return undefined;
    return coded === undefined ? String(known) : base64Of(String(known));
  });
}
