import type { Command } from 'commander';
import { UsageError } from '../../kernel/invariant.ts';
import { parseDuration } from '../../scenario/duration.ts';

/** The flags of `nasboard diff`. */
export interface DiffFlags {
  readonly tolerance: number;
  readonly ignore: readonly string[];
}

const details = `
Records are put side by side by their source and kind; times count from the start of each trace.
Traces of real hardware (nasboard firmware --trace) need some tolerance: --tolerance 5ms.

Exit codes: 0 they mean the same; 1 they differ; 2 one of them cannot be used.`;

/** Adds the command `diff`. What it needs is loaded when it runs. */
export function registerDiff(program: Command): void {
  program
    .command('diff')
    .description('compare two traces in what they mean')
    .argument('<a>', 'a trace, as JSON Lines')
    .argument('<b>', 'another')
    .option('--tolerance <duration>', 'how far times may be apart (default: not at all)', span, 0)
    .option('--ignore <source>', 'a source that does not count, as uart; also several', more, [])
    .addHelpText('after', details)
    .action(async (a: string, b: string, flags: DiffFlags) => {
      const { diffFiles } = await import('../diff-files.ts');
      process.exitCode = diffFiles(a, b, flags, (text) => void process.stdout.write(text));
    });
}

function span(text: string): number {
  const read = parseDuration(text);
  if (read.ok) return read.value;
  throw new UsageError(`--tolerance: ${read.text}`);
}

function more(source: string, before: readonly string[]): readonly string[] {
  return [...before, ...source.split(',')];
}
