import { readdirSync, readlinkSync, rmSync, symlinkSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { consoleSuite } from '#hal/conformance/index';
import { isHalError } from '#hal/errors';
import { createSerial } from '#hal/linux/serial';
import { conforms } from './conforms.ts';
import { createFolder } from './folder.ts';
import { openFiles, openings, openingsLimitMs } from './open-files.ts';
import { openPty, type Pty, until } from './pty.ts';

/** How often a driver has a device open, apart from the rig itself. */
function openingsOf(path: string): number {
  return readdirSync('/proc/self/fd').filter((fd) => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`) === path;
    } catch {
      // Closed since it was listed.
      return false;
    }
  }).length;
}

conforms(consoleSuite, {
  driver: 'a serial port on a pair of terminals',
  unsupported: [
    'makes bytes of a break, or nothing, and goes on',
    'makes bytes of a framing error, or nothing, and goes on',
  ],
  start: async () => {
    const folder = createFolder();
    const path = folder.at('ttyS0');
    let pty: Pty = openPty();
    symlinkSync(pty.path, path);
    const { console, close } = await createSerial({ path });
    let heard = 0;
    console.on('data', (chunk: Buffer) => (heard += chunk.length));
    return {
      subject: {
        port: console,
        act: {
          received: async () => {
            await new Promise<void>((resolve) => console.write('', () => resolve()));
            await pty.settle();
            return new Uint8Array(pty.take());
          },
          send: async (bytes) => {
            const wanted = heard + bytes.length;
            pty.type(bytes);
            await until(() => heard >= wanted);
          },
          unplug: async () => {
            pty.close();
            rmSync(path);
            return async () => {
              pty = openPty();
              symlinkSync(pty.path, path);
              await until(() => openingsOf(pty.path) > 1);
            };
          },
        },
      },
      end: async () => {
        await close();
        pty.close();
        folder.remove();
      },
    };
  },
});

describe('a serial port', () => {
  async function codeOf(path: string): Promise<string> {
    try {
      await (await createSerial({ path })).close();
      return 'opened';
    } catch (error) {
      if (isHalError(error)) return error.code;
      throw error;
    }
  }

  test.each([
    ['/dev/ttyNONE', 'not-present'],
    ['/dev', 'bad-argument'],
    ['/dev/null', 'io'],
  ])('%s is refused as %s', async (path, code) => {
    expect(await codeOf(path)).toBe(code);
  });

  test('one that is open already is busy', async () => {
    const pty = openPty();
    const first = await createSerial({ path: pty.path });
    expect(await codeOf(pty.path)).toBe('busy');
    await first.close();
    expect(await codeOf(pty.path)).toBe('opened');
    pty.close();
  });

  test('what nobody reads at the far end is lost, and does not pile up', async () => {
    const pty = openPty();
    const { console, close } = await createSerial({ path: pty.path });
    // The far end is there and takes nothing.
    pty.pause();
    const text = 'x'.repeat(200_000);
    await new Promise<void>((resolve) => console.write(text, () => resolve()));
    expect(console.writableLength).toBe(0);
    pty.resume();
    await until(() => pty.text().length > 0);
    await pty.settle();
    pty.take();
    await new Promise<void>((resolve) => console.write('heard', () => resolve()));
    await pty.settle();
    expect(pty.take().toString()).toBe('heard');
    await close();
    pty.close();
  });

  test(
    'closing twice is no error, and leaves no descriptor',
    { timeout: openingsLimitMs },
    async () => {
      const pty = openPty();
      const first = await createSerial({ path: pty.path });
      await Promise.all([first.close(), first.close()]);
      const before = openFiles();
      for (let round = 0; round < openings; round += 1) {
        const { close } = await createSerial({ path: pty.path });
        await close();
      }
      expect(openFiles()).toBe(before);
      pty.close();
    },
  );
});
