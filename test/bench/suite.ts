import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Figure } from './measure.ts';

/** RESET held for ten seconds: all settings go, and the board restarts. */
const scenario = `name: RESET held for ten seconds
version: 1
steps:
  - wait-state: { appliance: ready }
  - press: { part-id: reset, hold: 10s }
  - wait-serial: "reset done"
`;

/** Whole runs of many boards, each with a seed of its own, on one and two threads. */
export function measureSuite(folder: string): readonly Figure[] {
  const file = join(folder, 'hold.yaml');
  writeFileSync(file, scenario);
  const reporter = join(folder, 'peak-of-run.mjs');
  writeFileSync(
    reporter,
    `import { isMainThread } from 'node:worker_threads';
if (isMainThread) process.on('exit', () => {
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  process.stderr.write(\`peak \${maxRSS} cpu \${userCPUTime + systemCPUTime}\\n\`);
});`,
  );
  const cases = [
    { seeds: 1_000, jobs: 1 },
    { seeds: 1_000, jobs: 2 },
    { seeds: 10_000, jobs: 1 },
    { seeds: 10_000, jobs: 2, wantedMs: 20_000 },
  ];
  return cases.map(({ seeds, jobs, wantedMs }) => {
    const { ms, cpuMs, peakMb } = runSuiteOf(file, reporter, { seeds, jobs });
    return {
      what: `${seeds} holds of ten seconds, ${jobs === 1 ? 'one thread' : `${jobs} threads`}`,
      seen: `${(ms / 1000).toFixed(2)} s`,
      beside: `${(cpuMs / seeds).toFixed(2)} ms of CPU each, ${peakMb.toFixed(0)} MB at most`,
      wanted: wantedMs === undefined ? '' : `under ${wantedMs / 1000} s`,
      isMet: wantedMs === undefined ? undefined : ms < wantedMs,
    };
  });
}

function runSuiteOf(
  file: string,
  reporter: string,
  { seeds, jobs }: { readonly seeds: number; readonly jobs: number },
): { readonly ms: number; readonly cpuMs: number; readonly peakMb: number } {
  const cli = join(import.meta.dirname, '../../bin/nasboard.js');
  const startedMs = performance.now();
  const args = [cli, 'run', file, '--seeds', String(seeds), '--jobs', String(jobs)];
  const child = spawnSync(process.execPath, ['--import', reporter, ...args], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ms = performance.now() - startedMs;
  if (child.status !== 0) throw new Error(`${args.join(' ')}: ${child.stdout}${child.stderr}`);
  const [, peakKb, cpuUs] = /peak (\d+) cpu (\d+)/.exec(child.stderr) ?? [];
  return { ms, cpuMs: Number(cpuUs) / 1000, peakMb: Number(peakKb) / 1024 };
}
