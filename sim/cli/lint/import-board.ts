import { writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { boardYamlOf } from '#hal/linux/device-tree/board-yaml';
import { DeviceTreeError } from '#hal/linux/device-tree/flattened';
import { readDeviceTree, type TreeFileOptions } from '#hal/linux/device-tree/source';
import type { DeviceTree } from '#hal/linux/device-tree/tree';
import { exitCode } from '../exit-codes.ts';

/** Where a command speaks. */
export interface CommandIo {
  out(text: string): void;
  err(text: string): void;
}

/** Writes the board file of a device tree; answers the exit code. */
export function importBoard(
  file: string,
  { out, io, ...options }: TreeFileOptions & { readonly out?: string; readonly io: CommandIo },
): number {
  const tree = deviceTreeAt(file, io, options);
  if (tree === undefined) return exitCode.unusable;
  const { text, missing } = boardYamlOf(tree, basename(file));
  if (out === undefined) io.out(text);
  else writeFileSync(out, text, { flag: 'wx' });
  for (const field of missing) {
    io.err(`nasboard: the device tree does not tell ${field}: fill it in\n`);
  }
  return missing.length === 0 ? exitCode.passed : exitCode.failed;
}

/** Reads a device tree, or tells what is wrong with it and answers nothing. */
export function deviceTreeAt(
  file: string,
  io: Pick<CommandIo, 'err'>,
  options: TreeFileOptions = {},
): DeviceTree | undefined {
  try {
    return readDeviceTree(file, options);
  } catch (error) {
    if (!(error instanceof DeviceTreeError)) throw error;
    io.err(`${file}: ${error.message}\n`);
    return undefined;
  }
}
