import { show, type Parsed } from './duration.ts';
import { fillPlaceholders, placeholdersOf, unescapePlaceholders } from './template.ts';

/** A regular expression of a scenario file. `^` and `$` match at the ends of lines. */
export interface Pattern {
  readonly text: string;
  /** The expression, with the present values of `${…}` in it. */
  compile(valueOf: (name: string) => string | undefined): RegExp;
}

/** Reads an expression; one that is wrong is told so before anything runs. */
export function createPattern(input: unknown): Parsed<Pattern> {
  if (typeof input !== 'string' || input === '') {
    return {
      ok: false,
      text: `expected a pattern, not ${input === '' ? 'empty text' : show(input)}`,
    };
  }
  const tried = tryCompile(fillPlaceholders(input, () => 'x'));
  if (!tried.ok) return tried;
  const isFixed = placeholdersOf(input).length === 0;
  return {
    ok: true,
    value: {
      text: input,
      compile: (valueOf) => {
        if (isFixed) return tried.value;
        const escaped = (name: string): string | undefined => {
          const value = valueOf(name);
          return value === undefined ? undefined : escape(value);
        };
        return new RegExp(unescapePlaceholders(fillPlaceholders(input, escaped)), 'm');
      },
    },
  };
}

function tryCompile(source: string): Parsed<RegExp> {
  try {
    return { ok: true, value: new RegExp(unescapePlaceholders(source), 'm') };
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/^.*: /s, '') : String(error);
    return { ok: false, text: `the pattern ${show(source)} is wrong: ${reason}` };
  }
}

function escape(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/-]/g, '\\$&');
}
