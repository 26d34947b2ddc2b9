import { writeFileSync } from 'node:fs';
import { type HalError, isHalError } from '#hal/errors';
import type { BoardFile } from '#hal/linux/board-file';
import { createClock, type LinuxClock } from '#hal/linux/clock';
import { createStorage } from '#hal/linux/storage';
import { UsageError } from '../../kernel/invariant.ts';
import { exitCode } from '../exit-codes.ts';
import { boardFileAt } from '../firmware-app.ts';
import { ProgressBar, type ProgressTerminal } from '../progress-bar.ts';
import type { TerminalInput, TerminalOutput } from '../terminal.ts';
import { partsOf } from './board-parts.ts';
import {
  type CheckBench,
  type CheckRow,
  LeftOut,
  ordinaryPatience,
  type PartCheck,
  passerOf,
  type Patience,
  Stopped,
} from './check-bench.ts';
import {
  type BoardReport,
  exitCodeOfBoard,
  formatCheckJson,
  formatCheckJunit,
  formatPart,
  headOf,
  type PartReport,
  summaryOf,
} from './check-report.ts';
import { type Person, personAt } from './person.ts';

/** What was said on the command line. */
export interface HalCheckFlags {
  readonly board: string;
  readonly unattended?: boolean;
  readonly loopBack?: boolean;
  readonly actPress?: string;
  readonly actRelease?: string;
  /** Names of ports, with commas between. */
  readonly part?: string;
  readonly yes?: boolean;
  readonly json?: string;
  readonly junit?: string;
}

/** What the process around the checks offers. */
export interface HalCheckHost extends ProgressTerminal {
  readonly input: TerminalInput;
  readonly output: TerminalOutput;
  out(text: string): void;
  /** Hears that somebody wants the end; the answer stops it. */
  onTerminate(listener: () => void): () => void;
  /** In place of this machine's, and of the patience of people. */
  readonly clock?: LinuxClock;
  readonly patience?: Patience;
}

/** Holds the parts of a board against their contracts; answers the exit code. */
export async function runHalCheck(flags: HalCheckFlags, host: HalCheckHost): Promise<number> {
  const file = boardFileAt(flags.board, host);
  if (file === undefined) return exitCode.unusable;
  const parts = chosenParts(file, flags);
  const commands = commandsOf(flags);
  const lock = lockOf(file, host);
  if (lock === undefined) return exitCode.unusable;
  const clock = host.clock ?? createClock();
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  const quiet = host.onTerminate(stop);
  const { patience = ordinaryPatience } = host;
  const isAttended = flags.unattended !== true && host.input.isTTY === true;
  const person = isAttended ? personAt({ ...host, clock, ...patience, onStop: stop }) : undefined;
  const faults: HalError[] = [];
  const { signal } = stopping;
  const bench: CheckBench = {
    file,
    path: flags.board,
    clock,
    patience,
    person,
    commands,
    isLoopedBack: flags.loopBack === true,
    signal,
    faults,
    onFault: (error) => void faults.push(error),
    pass: passerOf(clock, signal),
  };
  try {
    const isAgreed = flags.yes === true || (await agree(parts, person, host));
    const reports = await runParts(parts, { bench, host, isAgreed });
    const report = { file: flags.board, wasStopped: signal.aborted, parts: reports };
    writeReports(report, flags);
    host.out(`${summaryOf(report)}\n`);
    return exitCodeOfBoard(report);
  } finally {
    person?.leave();
    quiet();
    lock.close();
    if (host.clock === undefined) clock.close();
  }
}

function chosenParts(file: BoardFile, { part }: HalCheckFlags): readonly PartCheck[] {
  const parts = partsOf(file);
  if (part === undefined) return parts;
  const names = new Set(part.split(',').map((name) => name.trim()));
  const known = parts.map(({ port }): string => port);
  const [unknown] = [...names].filter((name) => !known.includes(name));
  if (unknown === undefined) return parts.filter(({ port }) => names.has(port));
  throw new UsageError(`this board has no part «${unknown}» to check; it has ${known.join(', ')}`);
}

function commandsOf({ actPress: press, actRelease: release }: HalCheckFlags) {
  if (press === undefined && release === undefined) return undefined;
  if (press !== undefined && release !== undefined) return { press, release };
  throw new UsageError('say both: --act-press COMMAND and --act-release COMMAND');
}

/** The firmware, or another check, may have the board already: then nothing is touched. */
function lockOf({ storage }: BoardFile, { err }: HalCheckHost) {
  try {
    return createStorage({ directory: storage });
  } catch (error) {
    if (!isHalError(error)) throw error;
    err(`nasboard: the board cannot be checked:\n  ${error.message}\n`);
    return undefined;
  }
}

/** Tells what will be done that people want to know, and asks whether it may. */
async function agree(
  parts: readonly PartCheck[],
  person: Person | undefined,
  { out }: HalCheckHost,
): Promise<boolean> {
  const dangers = parts.filter(({ danger }) => danger !== undefined);
  if (dangers.length === 0) return true;
  out('The checks leave things as they were, and meanwhile:\n');
  for (const { title, danger } of dangers) out(headOf({ title, wiring: danger ?? '' }));
  if (person === undefined) {
    out('Nobody is here to agree to that: it is left out. --yes agrees.\n\n');
    return false;
  }
  try {
    return (await person.ask('may they?', 'yn')) === 'y';
  } catch (error) {
    if (error instanceof LeftOut || error instanceof Stopped) return false;
    throw error;
  } finally {
    person.nextPart();
    out('\n');
  }
}

interface Running {
  readonly bench: CheckBench;
  readonly host: HalCheckHost;
  readonly isAgreed: boolean;
}

async function runParts(parts: readonly PartCheck[], running: Running): Promise<PartReport[]> {
  const reports: PartReport[] = [];
  for (const part of parts) {
    running.host.out(headOf(part));
    const rows = await runPart(part, running);
    running.host.out(formatPart({ rows }));
    reports.push({ ...part, rows });
  }
  return reports;
}

async function runPart(
  part: PartCheck,
  { bench, host, isAgreed }: Running,
): Promise<readonly CheckRow[]> {
  const leave = (reason: string): CheckRow[] => [
    { name: 'is checked', elapsedMs: 0, result: 'skipped', reason },
  ];
  if (bench.signal.aborted) return leave(new Stopped().message);
  if (part.danger !== undefined && !isAgreed) {
    return leave(`it ${part.danger}, and nobody agreed to that (--yes)`);
  }
  const rows: CheckRow[] = [];
  const bar = new ProgressBar(host);
  const already = bench.faults.length;
  const beganMs = bench.clock.now();
  const failed = (name: string, reason: string): CheckRow => {
    return { name, elapsedMs: bench.clock.now() - beganMs, result: 'failed', reason };
  };
  bench.person?.nextPart();
  try {
    await part.run(bench, (row) => {
      rows.push(row);
      bar.tell(`${rows.length} so far: ${row.name}`);
    });
  } catch (error) {
    if (error instanceof Stopped) rows.push(...leave(error.message));
    else if (isHalError(error)) rows.push(failed('can be used', error.message));
    else
      rows.push(failed('can be checked', error instanceof Error ? error.message : String(error)));
  }
  bar.clear();
  const told = bench.faults.slice(already);
  if (told.length > 0) rows.push(failed('tells of no fault', told.map(String).join('; ')));
  return rows;
}

function writeReports(report: BoardReport, { json, junit }: HalCheckFlags): void {
  if (json !== undefined) writeFileSync(json, formatCheckJson(report));
  if (junit !== undefined) writeFileSync(junit, formatCheckJunit(report));
}
