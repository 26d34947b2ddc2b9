import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { type Figure, median } from './measure.ts';

const rounds = 15;

/** Runs a process to its end; answers wall time in ms and peak resident memory in MB. */
function runProcess(args: readonly string[], reporter: string): { ms: number; peakMb: number } {
  const startedMs = performance.now();
  const child = spawnSync(process.execPath, ['--import', reporter, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ms = performance.now() - startedMs;
  if (child.status !== 0) throw new Error(`${args.join(' ')}: ${child.stderr}`);
  const peakKb = /peak (\d+)/.exec(child.stderr)?.[1];
  return { ms, peakMb: Number(peakKb) / 1024 };
}

/** Whole processes: start to end of one scenario, and of a thousand. */
export async function measureCold(folder: string): Promise<readonly Figure[]> {
  const here = import.meta.dirname;
  const cli = join(here, '../../bin/nasboard.js');
  const scenario = join(here, 'scenario.yaml');
  const floor = join(folder, 'floor.mjs');
  await build({
    entryPoints: [join(here, 'floor-main.ts')],
    outfile: floor,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'esm',
    logLevel: 'error',
  });
  const reporter = join(folder, 'peak.mjs');
  writeFileSync(
    reporter,
    'process.on("exit", () => process.stderr.write(`peak ${process.resourceUsage().maxRSS}\\n`));',
  );
  const candidates: Readonly<Record<string, readonly string[]>> = {
    node: ['-e', '0'],
    floor: [floor],
    run: [cli, 'run', scenario],
    thousand: [cli, 'run', scenario, '--seeds', '1000'],
  };
  const seen = new Map<string, { ms: number[]; peakMb: number[] }>();
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, args] of Object.entries(candidates)) {
      if (name === 'thousand' && round >= 5) continue;
      const { ms, peakMb } = runProcess(args, reporter);
      const all = seen.get(name) ?? { ms: [], peakMb: [] };
      seen.set(name, { ms: [...all.ms, ms], peakMb: [...all.peakMb, peakMb] });
    }
  }
  const figure = (name: string): { ms: number; peakMb: number } => ({
    ms: median(seen.get(name)?.ms ?? []),
    peakMb: median(seen.get(name)?.peakMb ?? []),
  });
  const [node, bare, run, thousand] = ['node', 'floor', 'run', 'thousand'].map(figure);
  if (node === undefined || bare === undefined || run === undefined || thousand === undefined) {
    throw new Error('not all processes were measured');
  }
  const besideNode = (ms: number): string => `${(ms / node.ms).toFixed(2)} × node -e 0`;
  const ratio = run.ms / bare.ms;
  return [
    {
      what: 'node -e 0',
      seen: `${node.ms.toFixed(0)} ms`,
      beside: `${node.peakMb.toFixed(0)} MB peak`,
      wanted: '',
      isMet: undefined,
    },
    {
      what: 'floor F, cold process',
      seen: `${bare.ms.toFixed(0)} ms`,
      beside: besideNode(bare.ms),
      wanted: '',
      isMet: undefined,
    },
    {
      what: 'nasboard run, one scenario, cold process',
      seen: `${run.ms.toFixed(0)} ms`,
      beside: `${ratio.toFixed(2)} × F, ${besideNode(run.ms)}`,
      wanted: 'within 1.3 × F',
      isMet: ratio <= 1.3,
    },
    {
      what: 'peak memory of that run',
      seen: `${run.peakMb.toFixed(0)} MB`,
      beside: `${(run.peakMb / node.peakMb).toFixed(2)} × node -e 0`,
      wanted: 'under 80 MB',
      isMet: run.peakMb < 80,
    },
    {
      what: '1,000 scenarios, process start to end',
      seen: `${(thousand.ms / 1000).toFixed(2)} s`,
      beside: `${thousand.peakMb.toFixed(0)} MB peak`,
      wanted: 'in 1.5 s',
      isMet: thousand.ms <= 1_500,
    },
  ];
}
