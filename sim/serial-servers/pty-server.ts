import { once } from 'node:events';
import { UsageError } from '../kernel/invariant.ts';
import { rawProtocol } from './protocol.ts';
import { defaultLinkFolder, linkAt, linkIn, type PtyLink } from './pty-link.ts';
import { PtyStream } from './pty-stream.ts';
import type { SerialServer, Welcome } from './tcp-server.ts';

/** The native half of node-pty. Its other half reads the far end, and so takes bytes away. */
interface PtyAddon {
  open(columns: number, rows: number): { master: number; slave: number; pty: string };
}

/** What programs find who come late: about the last screens. */
const backlogBytesMax = 16 * 1024;

/**
 * Opens a terminal of this machine that any serial program can open, under a name that stays.
 * Rejects with a `UsageError` where that cannot be.
 */
export async function openPtyServer(
  link: string | undefined,
  { welcome }: { readonly welcome: Welcome },
): Promise<SerialServer> {
  const addon = await loadAddon();
  const terminal = addon.open(80, 24);
  const stream = new PtyStream(terminal);
  let name: PtyLink;
  try {
    await makeRaw(terminal.slave);
    name =
      link === undefined ? linkIn(defaultLinkFolder(), terminal.pty) : linkAt(link, terminal.pty);
  } catch (error) {
    stream.destroy();
    throw error;
  }
  welcome({ name: `pty ${name.path}`, stream, protocol: rawProtocol(), backlogBytesMax });
  return {
    where: name.path,
    how: `picocom -b 115200 ${name.path}`,
    close: async () => {
      name.release();
      if (!stream.closed) {
        stream.destroy();
        await once(stream, 'close');
      }
    },
  };
}

async function loadAddon(): Promise<PtyAddon> {
  try {
    // @ts-expect-error The package has no types for this part of it.
    const loaded: unknown = await import('@lydell/node-pty/requireBinary.js');
    const { requireBinary } = loaded as { requireBinary(file: string): PtyAddon };
    return requireBinary('pty.node');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.split('\n')[0] : String(cause);
    throw new UsageError(
      `no terminal can be had here: npm install @lydell/node-pty, or use --serial tcp:0 (${why})`,
      { cause },
    );
  }
}

/** All bytes go through as they are, also for a program that sets nothing. */
async function makeRaw(slave: number): Promise<void> {
  const { spawn } = await import('node:child_process');
  const stty = spawn('stty', ['raw', '-echo'], { stdio: [slave, 'ignore', 'ignore'] });
  const failure = await new Promise<string | undefined>((resolve) => {
    stty.on('error', (error) => resolve(error.message));
    stty.on('exit', (code) => resolve(code === 0 ? undefined : `it ended with ${code}`));
  });
  if (failure !== undefined) {
    throw new UsageError(`the terminal could not be set with the program stty: ${failure}`);
  }
}
