import type { Command } from 'commander';
import { UsageError } from '../../kernel/invariant.ts';
import { parseDuration } from '../../scenario/duration.ts';

const details = `
Reads scenario files and board files, told apart by what is in them, and tells all that is wrong
with them at once, with line and column and what to do. Scenarios get advice besides: a capture
that nothing uses, beeps expected of a board that is off, an older name of a field, a wait that
outlasts --timeout. Nothing runs. \`nasboard board lint\` also shows the wiring of a board file, and
holds it against a device tree.

Exit codes: 0 no error; 1 errors; 2 a file cannot be read.`;

/** Adds the command `lint`. What it needs is loaded when it runs. */
export function registerLint(program: Command): void {
  program
    .command('lint')
    .description('find all that is wrong with scenario files and board files')
    .argument('<files...>', 'YAML: scenarios, boards')
    .option('--timeout <duration>', 'the limit that a run is going to have, as 30s', spanUs)
    .option('--json', 'findings as JSON')
    .addHelpText('after', details)
    .action(async (files: readonly string[], flags: { timeout?: number; json?: boolean }) => {
      const { lintFiles } = await import('../lint/lint-app.ts');
      process.exitCode = lintFiles(files, flags, {
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
      });
    });
}

function spanUs(text: string): number {
  const parsed = parseDuration(text);
  if (!parsed.ok) throw new UsageError(`--timeout: ${parsed.text}`);
  return parsed.value;
}
