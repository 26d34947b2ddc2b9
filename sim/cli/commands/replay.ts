import type { Command } from 'commander';

/** The flags of `nasboard replay`. */
export interface ReplayFlags {
  readonly secrets?: string;
  readonly scenario?: string;
}

const details = `
A trace of nasboard run --trace holds all that was done to the board, but for passwords, codes and
what was sent over HTTP. Where there was such, write it beside the trace, for your eyes only:
  nasboard run reset.yaml --trace out.jsonl --trace-secrets out.secrets
  nasboard replay out.jsonl --secrets out.secrets
Or run the scenario again that the trace names: nasboard replay out.jsonl --scenario reset.yaml

Exit codes: 0 all came out as recorded; 1 something did not: the first difference is shown;
2 the trace cannot be used.`;

/** Adds the command `replay`. What it needs is loaded when it runs. */
export function registerReplay(program: Command): void {
  program
    .command('replay')
    .description('run a recorded trace again, and compare what comes of it')
    .argument('<trace>', 'a trace, as JSON Lines')
    .option('--secrets <file>', 'what the trace leaves out')
    .option('--scenario <file>', 'run this scenario, which the trace names, instead')
    .addHelpText('after', details)
    .action(async (file: string, flags: ReplayFlags) => {
      const { replayFile } = await import('../replay-file.ts');
      process.exitCode = await replayFile(file, flags, {
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
        hasProgress: process.stderr.isTTY,
      });
    });
}
