import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { DeviceTreeError, isFlattened, readFlattened } from './flattened.ts';
import { DeviceTree } from './tree.ts';

/** What stands in for this machine in tests. */
export interface TreeFileOptions {
  /** In place of the program `dtc`. */
  readonly dtc?: string;
}

const includeText =
  'it includes other files: let the C preprocessor put them together first, ' +
  '`cpp -nostdinc -undef -x assembler-with-cpp -I include board.dts board.flat.dts`, ' +
  'and give it that file, or the .dtb that the build of the kernel leaves';

const bytesMax = 4 * 1024 * 1024;
const compileMostMs = 20_000;

/**
 * Reads a device tree from its source (`.dts`, through `dtc`) or flattened (`.dtb`); which of both
 * a file is, its first bytes say. Throws a `DeviceTreeError`, or what Node throws where the file
 * cannot be read.
 */
export function readDeviceTree(path: string, options: TreeFileOptions = {}): DeviceTree {
  const bytes = readFileSync(path);
  return new DeviceTree(readFlattened(isFlattened(bytes) ? bytes : compile(bytes, options)));
}

/** The source goes in by a pipe: what it includes by itself is refused, not looked for. */
function compile(source: Uint8Array, { dtc = 'dtc' }: TreeFileOptions): Uint8Array {
  if (source.length > bytesMax) throw new DeviceTreeError('the file is larger than 4 MiB');
  const text = Buffer.from(source).toString();
  if (/[\u0000-\u0008]/.test(text) || text.trim() === '') {
    throw new DeviceTreeError('this is neither a device tree source nor a flattened one');
  }
  if (/^[ \t]*#[ \t]*include\b|\/(?:include|incbin)\//m.test(text)) {
    throw new DeviceTreeError(includeText);
  }
  // -@ keeps the labels, -q leaves warnings of style out.
  const { error, status, stdout, stderr } = spawnSync(
    dtc,
    ['-q', '-@', '-I', 'dts', '-O', 'dtb', '-o', '-', '-'],
    { input: source, timeout: compileMostMs, maxBuffer: 4 * bytesMax },
  );
  if (error !== undefined) throw new DeviceTreeError(failureText(error as NodeJS.ErrnoException));
  if (status !== 0) throw new DeviceTreeError(complaintOf(stderr.toString()));
  return stdout;
}

function failureText({ code, message }: NodeJS.ErrnoException): string {
  if (code === 'ENOENT') {
    return (
      'a device tree source is read by the program dtc, which is not installed ' +
      '(on Debian: apt-get install device-tree-compiler); a .dtb needs none'
    );
  }
  if (code === 'ETIMEDOUT') return 'dtc was not done with it within 20 s';
  return `dtc cannot be run: ${message}`;
}

/** The first of what dtc says, with what is mostly behind it. */
function complaintOf(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => line.trim() !== '');
  const first = (lines[0] ?? 'without a word').replaceAll(/[^ -~]/g, '?').slice(0, 200);
  const place = first.replace(/<stdin>:(\d+)\.(\d+)\S*/, 'line $1, column $2:');
  return (
    `dtc refuses it: ${place} (names such as GPIO_ACTIVE_LOW are macros: the C preprocessor ` +
    'puts their values in, cpp -nostdinc -undef -x assembler-with-cpp -I include)'
  );
}
