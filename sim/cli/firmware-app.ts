import { inspect } from 'node:util';
import type { HalError } from '#hal/errors';
import { createLinuxBoard, type LinuxBoard } from '#hal/linux/board';
import { type BoardFile, BoardFileError, readBoardFile } from '#hal/linux/board-file';
import { BoardFailure } from '#hal/linux/opening';
import { startFirmware } from '#firmware/index';
import { firmwareBuildMs, firmwareVersion } from '#firmware/version';
import { exitCode } from './exit-codes.ts';
import type { TracedBoard } from './firmware-trace.ts';

/** What the process around the firmware offers. */
export interface FirmwareHost {
  out(text: string): void;
  err(text: string): void;
  /** Hears that somebody wants the end; the answer stops it. */
  onTerminate(listener: () => void): () => void;
  /** Hears of what nobody caught; the answer stops it. */
  onCrash(listener: (error: unknown) => void): () => void;
}

/** How the firmware is run. */
export interface FirmwareRun {
  /** A file for all edges and outputs. */
  readonly trace?: string;
}

/** Runs the firmware on this machine until somebody ends it; answers the exit code. */
export async function runFirmware(
  path: string,
  host: FirmwareHost,
  { trace }: FirmwareRun = {},
): Promise<number> {
  const board = await openBoard(path, host);
  if (board === undefined) return exitCode.unusable;
  const traced = trace === undefined ? undefined : await tracedOn(board, trace, host);
  if (trace !== undefined && traced === undefined) {
    await board.close();
    return exitCode.unusable;
  }
  host.out(describe(board));
  let end: (code: number) => void = () => undefined;
  const ending = new Promise<number>((resolve) => (end = resolve));
  const onBug = (error: unknown): void => {
    host.err(`nasboard: bug in the firmware: ${inspect(error)}\n`);
    end(exitCode.broken);
  };
  const quiet = [host.onTerminate(() => end(exitCode.passed)), host.onCrash(onBug)];
  let code: number = exitCode.broken;
  try {
    const firmware = startFirmware(traced?.board ?? board, { onBug });
    traced?.follow(firmware);
    code = await ending;
    firmware.stop();
    return code;
  } finally {
    traced?.end();
    await board.close({ isOrderly: code === exitCode.passed });
    for (const stop of quiet) stop();
  }
}

async function tracedOn(
  board: LinuxBoard,
  path: string,
  { err }: FirmwareHost,
): Promise<TracedBoard | undefined> {
  const { traceBoard } = await import('./firmware-trace.ts');
  const tell = (error: unknown): void => {
    const text = error instanceof Error ? error.message : inspect(error);
    err(`nasboard: the trace cannot be written: ${text}\n`);
  };
  try {
    return traceBoard(board, path, tell);
  } catch (error) {
    tell(error);
    return undefined;
  }
}

async function openBoard(path: string, host: FirmwareHost): Promise<LinuxBoard | undefined> {
  const file = boardFileAt(path, host);
  if (file === undefined) return undefined;
  const onFault = (error: HalError): void => host.err(`nasboard: ${error.message}\n`);
  try {
    return await createLinuxBoard(file, { buildDateMs: firmwareBuildMs, onFault });
  } catch (error) {
    if (!(error instanceof BoardFailure)) throw error;
    host.err(`nasboard: the board of ${path} cannot be used:\n`);
    for (const { message } of error.failures) host.err(`  ${message}\n`);
    return undefined;
  }
}

/** Reads a board file, or tells what is wrong with it and answers nothing. */
export function boardFileAt(
  path: string,
  { err }: Pick<FirmwareHost, 'err'>,
): BoardFile | undefined {
  try {
    return readBoardFile(path);
  } catch (error) {
    if (!(error instanceof BoardFileError)) throw error;
    err(`${error.message}\n`);
    return undefined;
  }
}

function describe({ identity, console, storage }: LinuxBoard): string {
  const { model, serialNumber, macAddresses } = identity;
  const macs = macAddresses.map((mac, place) => `MAC ${place + 1} ${mac}`).join('   ');
  return (
    `nasboard firmware ${firmwareVersion}   ${model}   serial ${serialNumber}   ${macs}\n` +
    `  console ${console.path}   sector of the storage ${storage.sectorSize} bytes\n`
  );
}
