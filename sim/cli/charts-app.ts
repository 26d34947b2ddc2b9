import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readChart } from '../charts/chart.ts';
import { firmwareMachines, type FirmwareMachine } from '../charts/machines.ts';
import { toMermaid } from '../charts/mermaid.ts';
import { chartPages, type Page } from '../charts/pages.ts';
import { drawChart } from '../charts/picture.ts';
import { UsageError } from '../kernel/invariant.ts';
import { exitCode } from './exit-codes.ts';

/** What `nasboard charts` was asked for. */
export interface ChartsFlags {
  readonly out?: string;
  readonly svg?: boolean;
}

/** Prints or writes charts. Answers the exit code. */
export async function runCharts(
  names: readonly string[],
  { out, svg = false }: ChartsFlags,
  output: Pick<NodeJS.WritableStream, 'write'>,
): Promise<number> {
  const machines = chosen(names);
  if (out === undefined) {
    for (const { machine } of machines) {
      const chart = readChart(machine);
      output.write(svg ? await drawChart(chart) : `%% ${chart.name}\n${toMermaid(chart)}\n`);
    }
    return exitCode.passed;
  }
  mkdirSync(out, { recursive: true });
  for (const { file, text } of svg ? await pictures(machines) : chartPages(machines)) {
    const path = join(out, file);
    writeFileSync(path, text);
    output.write(`${path}\n`);
  }
  return exitCode.passed;
}

async function pictures(machines: readonly FirmwareMachine[]): Promise<readonly Page[]> {
  const pages: Page[] = [];
  for (const { machine } of machines) {
    pages.push({ file: `${machine.id}.svg`, text: await drawChart(readChart(machine)) });
  }
  return pages;
}

function chosen(names: readonly string[]): readonly FirmwareMachine[] {
  if (names.length === 0) return firmwareMachines;
  return names.map((name) => {
    const found = firmwareMachines.find(({ machine }) => machine.id === name);
    if (found !== undefined) return found;
    const all = firmwareMachines.map(({ machine }) => machine.id).join(', ');
    throw new UsageError(`there is no chart «${name}»; there are ${all}`);
  });
}
