import { readFileSync } from 'node:fs';
import { tableText } from '#firmware/console/table';
import { readTree } from '../../scenario/yaml-tree.ts';
import { exitCode } from '../exit-codes.ts';
import { countFindings, formatFinding, withYamlRule } from './finding.ts';
import { deviceTreeAt, type CommandIo } from './import-board.ts';
import { lintBoardFile } from './lint-board.ts';
import { wiringOf, type WiringRow } from './wires.ts';

/** The options of `nasboard board lint`, read. */
export interface LintFlags {
  readonly deviceTree?: string;
  readonly json?: boolean;
}

/** Tells what is wrong with a board file, and how its parts are wired; answers the exit code. */
export function lintBoard(file: string, { deviceTree, json }: LintFlags, io: CommandIo): number {
  const text = readFileSync(file, 'utf8');
  const tree = deviceTree === undefined ? undefined : deviceTreeAt(deviceTree, io);
  if (deviceTree !== undefined && tree === undefined) return exitCode.unusable;
  const yaml = readTree(text, file);
  const findings =
    'value' in yaml ? lintBoardFile(text, { file, yaml, deviceTree: tree }) : withYamlRule(yaml);
  const wiring = 'value' in yaml ? wiringOf(yaml) : [];
  if (json === true) {
    io.out(`${JSON.stringify({ file, findings, wiring }, undefined, 2)}\n`);
  } else {
    if (wiring.length > 0) io.out(`${wiringTable(wiring)}\n\n`);
    for (const finding of findings) io.out(formatFinding(finding, text));
    io.out(`${file}: ${countFindings(findings)}\n`);
  }
  return findings.some(({ severity }) => severity === 'error') ? exitCode.failed : exitCode.passed;
}

function wiringTable(wiring: readonly WiringRow[]): string {
  const head = ['part', 'driver', 'line or path', 'polarity', 'bias', 'debounce'];
  const rows = wiring.map(({ part, driver, place, polarity, bias, debounce }) => {
    return [part, driver, place, polarity, bias, debounce];
  });
  return tableText([head, ...rows]);
}
