import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readScenario } from '#sim/scenario/index';
import { runCase, type CaseOptions } from '#sim/scenario/run-case';
import { readContact } from '#sim/waves/contact-capture';
import { type Figure, timeByTurns } from './measure.ts';

/** What waveforms add to a run, all of it from boot to verdict; and reading a capture. */
export async function measureVcd(): Promise<readonly Figure[]> {
  const file = join(import.meta.dirname, 'scenario.yaml');
  const [scenarioCase] = readScenario(readFileSync(file, 'utf8'), file).cases;
  if (scenarioCase === undefined) throw new Error('a scenario has a case');
  const run = async (more: Partial<CaseOptions>): Promise<Uint8Array | undefined> => {
    const { outcome, vcd } = await runCase(scenarioCase, { seed: 1, ...more });
    if (outcome !== 'passed') throw new Error(`the scenario ${outcome}`);
    return vcd;
  };
  const bytes = (await run({ vcd: {} }))?.length ?? 0;
  const capture = captureOf(20_000);
  const times = await timeByTurns(
    {
      plain: () => run({}),
      vcd: () => run({ vcd: {} }),
      trace: () => run({ keepTrace: true }),
      read: () => readContact(capture, {}),
    },
    { rounds: 41, callsPerRound: 20 },
  );
  const { plain = 0, vcd = 0, trace = 0, read = 0 } = times;
  const more = (ms: number): string => `${(100 * (ms / plain - 1)).toFixed(0)} % more`;
  return [
    {
      what: 'scenario with its waveforms as VCD',
      seen: `${vcd.toFixed(3)} ms`,
      beside: `${more(vcd)} than ${plain.toFixed(3)} ms without, ${(bytes / 1000).toFixed(0)} kB`,
      wanted: 'under 30 % more',
      isMet: vcd < 1.3 * plain,
    },
    {
      what: 'the same with its trace',
      seen: `${trace.toFixed(3)} ms`,
      beside: more(trace),
      wanted: '',
      isMet: undefined,
    },
    {
      what: 'a capture of 20,000 edges, read',
      seen: `${read.toFixed(1)} ms`,
      beside: `${((capture.length / read) * 1e-3).toFixed(0)} MB a second`,
      wanted: '',
      isMet: undefined,
    },
  ];
}

function captureOf(edges: number): string {
  const lines = ['$timescale 1 us $end', '$var wire 1 ! reset $end', '$enddefinitions $end'];
  for (let edge = 0; edge < edges; edge += 1) lines.push(`#${edge * 50}`, `${edge % 2}!`);
  return `${lines.join('\n')}\n`;
}
