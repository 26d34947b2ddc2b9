import { helpText, misused, type Command } from '../command.ts';
import { pairsText } from '../table.ts';
import { firmwareVersion } from '../../version.ts';

/** `help`, over the commands of the registry. */
export function createHelp(commands: () => readonly Command[]): Command {
  return {
    name: 'help',
    summary: 'shows what there is',
    usage: ['[COMMAND]'],
    isForAdministrators: false,
    run(words, context) {
      const allowed = commands().filter(
        ({ isForAdministrators }) => context.user.isAdministrator || !isForAdministrators,
      );
      const [name] = words;
      if (name === undefined) {
        context.print(`nasboard firmware ${firmwareVersion}`);
        context.print(pairsText(allowed.map((command) => [command.name, command.summary])));
        context.print('"COMMAND --help" tells more.');
        return 'done';
      }
      const command = allowed.find((one) => one.name === name);
      if (command === undefined) return misused(context, 'help', `there is no command "${name}"`);
      context.print(helpText(command));
      return 'done';
    },
  };
}
