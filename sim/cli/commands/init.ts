import { type Command, Option } from 'commander';
import type { Runner } from '../../init/templates.ts';
import { exitCode } from '../exit-codes.ts';

const details = `
Writes test/nasboard/reset.yaml (a scenario), a test beside it and .github/workflows/nasboard.yml.
What is there already stays as it is; package.json is not changed.`;

/** Adds the command `init`. What it needs is loaded when it runs. */
export function registerInit(program: Command): void {
  program
    .command('init')
    .description('put a sample scenario, a sample test and a CI file into a project')
    .argument('[folder]', "the project's root", '.')
    .addOption(
      new Option('--runner <name>', 'what runs the test (vitest where the project has it)').choices(
        ['vitest', 'node'],
      ),
    )
    .addHelpText('after', details)
    .action(async (folder: string, { runner }: { readonly runner?: Runner }) => {
      const { initProject } = await import('../../init/init.ts');
      const outcome = initProject(folder, runner);
      const lines = outcome.files.map(
        ({ path, isNew }) => `${isNew ? 'written' : 'kept   '}  ${path}`,
      );
      if (outcome.missing.length > 0) {
        lines.push(`next     npm install --save-dev ${outcome.missing.join(' ')}`);
      }
      lines.push('then     npx nasboard run test/nasboard/reset.yaml');
      process.stdout.write(`${lines.join('\n')}\n`);
      process.exitCode = exitCode.passed;
    });
}
