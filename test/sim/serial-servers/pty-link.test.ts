import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '#sim/kernel/invariant';
import { openPty, type Pty } from '../../hal/linux/pty.ts';
import { defaultLinkFolder, linkAt, linkIn } from '#sim/serial-servers/pty-link';

/** A terminal, and one that cannot be. */
const mine = '/dev/pts/0';
const gone = '/dev/pts/987654321';

let folder = '';
let terminal: Pty;
let path = '';

beforeEach(() => {
  terminal = openPty();
  folder = mkdtempSync(join(tmpdir(), 'nasboard-link-'));
  path = join(folder, 'ttyS0');
});

afterEach(() => {
  terminal.close();
  rmSync(folder, { recursive: true });
});

/** What a nasboard leaves behind that was killed: no process has this number. */
const leaveLock = (): void =>
  writeFileSync(`${path}.lock`, `${JSON.stringify({ pid: 2 ** 30, host: hostname() })}\n`);

describe('a link', () => {
  test('leads to the terminal while it is held, and leaves nothing behind', () => {
    const link = linkAt(path, mine);
    expect(link.path).toBe(path);
    expect(readlinkSync(path)).toBe(mine);
    link.release();
    link.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('that leads nowhere any more is replaced', () => {
    symlinkSync(gone, path);
    linkAt(path, mine);
    expect(readlinkSync(path)).toBe(mine);
  });

  test('of a nasboard that was killed is replaced, though its terminal is another’s now', () => {
    symlinkSync(terminal.path, path);
    leaveLock();
    linkAt(path, gone);
    expect(readlinkSync(path)).toBe(gone);
  });

  test.each([
    ['a file', () => writeFileSync(path, 'precious')],
    ['a folder', () => mkdirSync(path)],
    ['a link to a terminal that is in use', () => symlinkSync(terminal.path, path)],
    ['a link to a file', () => symlinkSync('/etc/hostname', path)],
    [
      'a link to a file, beside the lock of a dead nasboard',
      () => {
        symlinkSync('/etc/hostname', path);
        leaveLock();
      },
    ],
  ])('is refused where somebody else has %s, which stays as it was', (_what, put) => {
    put();
    const { ino, ctimeMs } = lstatSync(path);
    expect(() => linkAt(path, mine)).toThrow(UsageError);
    expect(() => linkAt(path, mine)).toThrow(/is there and not ours: give another, or delete it/);
    expect(lstatSync(path)).toMatchObject({ ino, ctimeMs });
  });

  test('of a board that runs is refused, and told whose it is', () => {
    const pid = process.ppid;
    writeFileSync(`${path}.lock`, `${JSON.stringify({ pid, host: hostname() })}\n`);
    expect(() => linkAt(path, mine)).toThrow(
      `serial link ${path} is in use by process ${pid} on ${hostname()}: end that one, or give another link`,
    );
    rmSync(`${path}.lock`);
    linkAt(path, mine);
    expect(() => linkAt(path, mine)).toThrow(/is in use by this process/);
  });

  test('that somebody has put in the place of ours is left alone at the end', () => {
    const link = linkAt(path, mine);
    rmSync(path);
    writeFileSync(path, 'precious');
    link.release();
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  test('in a folder that is not there is refused', () => {
    expect(() => linkAt(join(folder, 'none/ttyS0'), mine)).toThrow(/there is no folder .*none$/);
  });
});

describe('without a name', () => {
  test('boards side by side get one link after the other, and gaps are filled', () => {
    const place = join(folder, 'nasboard');
    const [first, second] = [linkIn(place, mine), linkIn(place, mine)];
    expect([first.path, second.path]).toEqual([join(place, 'ttyS0'), join(place, 'ttyS1')]);
    first.release();
    expect(linkIn(place, mine).path).toBe(join(place, 'ttyS0'));
    expect(lstatSync(place).mode & 0o777).toBe(0o700);
  });

  test('where all are taken, that is told', () => {
    for (let count = 0; count < 10; count += 1) linkIn(folder, mine);
    expect(() => linkIn(folder, mine)).toThrow(/ttyS0 to ttyS9 are all taken/);
  });

  test.each([
    [
      'that others can write to',
      (place: string) => {
        mkdirSync(place);
        chmodSync(place, 0o777);
      },
    ],
    ['that is only a link', (place: string) => symlinkSync(folder, place)],
  ])('a folder %s is not used', (_what, make) => {
    const place = join(folder, 'nasboard');
    make(place);
    expect(() => linkIn(place, mine)).toThrow(/is not a folder of yours alone/);
    expect(existsSync(join(place, 'ttyS0'))).toBe(false);
  });

  test('the folder is that of the session where there is one, else one under /tmp', () => {
    expect(defaultLinkFolder(folder, '/tmp')).toBe(join(folder, 'nasboard'));
    const own = `/tmp/nasboard-${process.getuid?.()}`;
    expect(defaultLinkFolder(join(folder, 'none'), '/tmp')).toBe(own);
    expect(defaultLinkFolder('relative', '/tmp')).toBe(own);
  });
});
