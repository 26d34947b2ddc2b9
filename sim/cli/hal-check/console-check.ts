import { type ConsoleActs, consoleSuite } from '#hal/conformance/index';
import type { BoardFile } from '#hal/linux/board-file';
import { createSerial } from '#hal/linux/serial';
import type { SerialConsole } from '#hal/serial';
import { type CheckBench, LeftOut, type PartCheck } from './check-bench.ts';
import { tellCheck, tellSuite } from './suite-rows.ts';

const impossible = {
  sendBreak: 'a loop-back wire sends no break of its own',
  sendFramingError: 'a loop-back wire sends no wrong stop bit',
  unplug: 'would pull the cable',
};
const missing = 'nothing is known of the far end: join TX and RX of the port, and say --loop-back';

/** The serial console, through a wire that joins what it sends to what it receives. */
export function consoleCheck({ console: { path, baudRate } }: BoardFile): PartCheck {
  return {
    port: 'console',
    title: 'console',
    wiring: `${path}, ${baudRate} 8N1`,
    async run(bench, tell) {
      const { console: port, close } = await createSerial(bench.file.console);
      const wire = new LoopBack(port, { bench, baudRate });
      try {
        const isJoined = await isWireThere(wire, bench, path, tell);
        const act = isJoined ? wire.acts() : {};
        const rig = { subject: { port, act }, limits: { impossible, missing } };
        await tellSuite(consoleSuite, rig, { bench, tell });
      } finally {
        await close();
      }
    },
  };
}

async function isWireThere(
  wire: LoopBack,
  bench: CheckBench,
  path: string,
  tell: Parameters<PartCheck['run']>[1],
): Promise<boolean> {
  const { isLoopedBack, person } = bench;
  if (!isLoopedBack) {
    if (person === undefined) return false;
    try {
      await person.ask(`join TX and RX of ${path} by a wire, then`, '\r');
    } catch (error) {
      if (error instanceof LeftOut) return false;
      throw error;
    }
  }
  return tellCheck('hears over the wire what it sends', () => wire.expect(), { bench, tell });
}

/**
 * A wire that is silent at so many looks has brought all; adapters hold bytes back for some time.
 * Looks and not a time: a process that was held up itself has not heard what is there already.
 */
const quietLooks = 8;
const lookEveryMs = 25;
const bitsPerByte = 10;

/** The far end is the near end: what was sent for the far end's part is taken out again. */
class LoopBack {
  readonly #port: SerialConsole;
  readonly #bench: CheckBench;
  readonly #baudRate: number;
  #came: Buffer = Buffer.alloc(0);

  constructor(
    port: SerialConsole,
    { bench, baudRate }: { readonly bench: CheckBench; readonly baudRate: number },
  ) {
    this.#port = port;
    this.#bench = bench;
    this.#baudRate = baudRate;
    port.on('data', (chunk: Buffer) => (this.#came = Buffer.concat([this.#came, chunk])));
  }

  /** Fails where nothing comes back. */
  async expect(): Promise<void> {
    await this.#received();
    const sent = 'nasboard loop-back';
    this.#port.write(sent);
    const came = Buffer.from(await this.#received()).toString('latin1');
    if (came === sent) return;
    const seen = came === '' ? 'nothing' : JSON.stringify(came.slice(0, 40));
    throw new Error(
      `«${sent}» was sent and ${seen} came back: is TX joined to RX, and only to it?`,
    );
  }

  acts(): Partial<ConsoleActs> {
    return {
      received: () => this.#received(),
      send: async (bytes) => {
        this.#port.write(Buffer.from(bytes));
        await this.#settle();
        this.#came = this.#came.subarray(bytes.length);
      },
    };
  }

  async #received(): Promise<Uint8Array> {
    await this.#settle();
    const came = new Uint8Array(this.#came);
    this.#came = Buffer.alloc(0);
    return came;
  }

  /** Until all is written, and then until nothing more comes. */
  async #settle(): Promise<void> {
    await new Promise<void>((resolve) => void this.#port.write('', () => resolve()));
    const everyMs = lookEveryMs + (bitsPerByte * 16 * 1000) / this.#baudRate;
    let count = -1;
    for (let quiet = 0; quiet < quietLooks; quiet += 1) {
      if (count !== this.#came.length) quiet = 0;
      count = this.#came.length;
      await this.#bench.pass(everyMs);
    }
  }
}
