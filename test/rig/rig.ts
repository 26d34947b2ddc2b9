import { once } from 'node:events';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { Appliance } from './appliance.ts';
import { keepTrace, run } from './cache.ts';
import { compareWithSimulator } from './compare.ts';
import { Host, type TimeServer } from './host.ts';
import type { GuestImage } from './image.ts';
import { Machine } from './machine.ts';

/** What came of one check: it was seen, or what was seen instead. */
export interface Finding {
  readonly what: string;
  readonly problem?: string;
}

/** How long the trace may take to come out of the guest. */
const traceLimitMs = 60_000;

/** A booted guest, and those around it. */
export interface Boot {
  readonly machine: Machine;
  readonly host: Host;
  readonly appliance: Appliance;
}

/** What all parts of the rig start their machines from. */
export class Rig {
  readonly #image: GuestImage;
  readonly #folder: string;
  readonly #timeServer: TimeServer;

  constructor(image: GuestImage, folder: string, timeServer: TimeServer) {
    this.#image = image;
    this.#folder = folder;
    this.#timeServer = timeServer;
  }

  /** An empty disk in the place of the one before. */
  newDisk(): string {
    const path = join(this.#folder, 'disk.img');
    run('rm', ['-f', path]);
    run('truncate', ['-s', '64M', path]);
    run('/usr/sbin/mkfs.ext4', ['-q', '-F', path]);
    return path;
  }

  /** Boots the guest, which then does its task. */
  async boot(task: string, disk: string): Promise<Boot> {
    const webPort = await freePort();
    const machine = await Machine.start({
      image: this.#image,
      folder: this.#folder,
      task,
      disk,
      webPort,
      rtcBase: new Date().toISOString().slice(0, 19),
    });
    const host = new Host(machine, this.#timeServer);
    return { machine, host, appliance: new Appliance(machine, webPort) };
  }
}

/**
 * Waits until the appliance is ready again, from the `from`th line printed on, keeps the trace so
 * far under a name, and holds it against the simulated board.
 */
export async function expectAsSimulated(
  { machine, host }: Boot,
  from: number,
  name: string,
): Promise<void> {
  const isReady = /^@trace .*"chart":"appliance","state":"ready"/;
  await machine.untilPrinted(isReady, from, traceLimitMs);
  const path = keepTrace(name, host.trace);
  const told = await compareWithSimulator(host.trace);
  if (told.length > 0) throw new Error(`${told.join('; ')} (${path})`);
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}
