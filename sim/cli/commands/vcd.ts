import type { Command } from 'commander';
import type { VcdFileOptions } from '../vcd-file.ts';

const details = `
FILE is a trace (nasboard run --trace, the prompt's trace, nasboard firmware --trace) or, for --svg
alone, a VCD file such as the capture of a real button. In viewers all signals are in the scope
"board"; docs/reference/waveforms.md says what each is.

  nasboard vcd hold.jsonl --out hold.vcd
  nasboard vcd hold.jsonl --svg hold.svg --from 2.4s --to 6s --signals reset,reset_debounced,buzzer`;

/** Adds the command `vcd`. What it needs is loaded when it runs. */
export function registerVcd(program: Command): void {
  program
    .command('vcd')
    .description('make waveforms of a trace: a VCD file, or a picture')
    .argument('<file>', 'a trace, or a VCD file to draw')
    .option('--out <file>', 'write a VCD file, for GTKWave, PulseView and the like')
    .option('--vcd-timescale <time>', 'unit of time of --out (1us)')
    .option('--svg <file>', 'draw a picture')
    .option('--from <duration>', 'where the picture begins, as 2.4s')
    .option('--to <duration>', 'where it ends')
    .option('--signals <names>', 'what it shows: names with commas between them')
    .option('--title <text>', 'what stands above it')
    .addHelpText('after', details)
    .action(async (file: string, options: VcdFileOptions) => {
      const { convertFile } = await import('../vcd-file.ts');
      convertFile(file, options);
    });
}
