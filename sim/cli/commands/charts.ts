import type { Command } from 'commander';
import type { ChartsFlags } from '../charts-app.ts';

const details = `
Without --out the charts are printed, in Mermaid, which GitHub and many editors draw.

Examples:
  nasboard charts reset-button             one chart
  nasboard charts --out docs/charts        a page of Markdown for each, and one that lists them
  nasboard charts --svg --out pictures     pictures, laid out by Graphviz`;

/** Adds the command `charts`. What it needs is loaded when it runs. */
export function registerCharts(program: Command): void {
  program
    .command('charts')
    .description("the firmware's state charts, from its machines")
    .argument('[chart...]', 'names of charts (all)')
    .option('--out <dir>', 'write files there')
    .option('--svg', 'pictures instead of Mermaid')
    .addHelpText('after', details)
    .action(async (names: readonly string[], flags: ChartsFlags) => {
      const { runCharts } = await import('../charts-app.ts');
      process.exitCode = await runCharts(names, flags, process.stdout);
    });
}
