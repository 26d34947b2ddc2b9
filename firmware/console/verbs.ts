import { misused, type Command, type CommandContext } from './command.ts';
import type { Dialogue, Verdict } from './dialogue.ts';

/** One thing that a command of several can do. */
export interface Verb {
  readonly name: string;
  /** Its arguments for the usage line: `NAME`, `[NAME]`, `TEXT…`. */
  readonly form: string;
  readonly argumentsMin: number;
  readonly argumentsMax: number;
  run(words: readonly string[], context: CommandContext): Verdict | Dialogue;
}

/** A command that is a choice of verbs; alone it does the first one. */
export function verbCommand(
  about: Pick<Command, 'name' | 'summary' | 'details' | 'isForAdministrators'>,
  verbs: readonly [Verb, ...(readonly Verb[])],
): Command {
  return {
    ...about,
    usage: verbs.map(({ name, form }) => `${name} ${form}`.trimEnd()),
    run(words, context) {
      const [name = verbs[0].name, ...rest] = words;
      const verb = verbs.find((one) => one.name === name);
      if (verb === undefined) {
        return misused(context, about.name, `there is no "${about.name} ${name}"`);
      }
      if (rest.length < verb.argumentsMin || rest.length > verb.argumentsMax) {
        return misused(context, about.name, `write "${about.name} ${verb.name} ${verb.form}"`);
      }
      return verb.run(rest, context);
    },
  };
}
