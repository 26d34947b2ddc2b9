import { beforeEach, describe, expect, test } from 'vitest';
import type { SerialConsole } from '#hal/serial';
import { UartPart } from '#sim/parts/uart';
import { createPartBench, kindsOf, type PartBench } from './part-bench.ts';

let bench: PartBench;
let uart: UartPart;
let heard: Buffer[];

beforeEach(() => {
  bench = createPartBench();
  uart = new UartPart(bench.site);
  heard = [];
});

/** A console whose firmware keeps all it hears. */
function connect(): SerialConsole {
  const port = uart.connect(bench.begin());
  port.on('data', (bytes: Buffer) => heard.push(bytes));
  return port;
}

const heardText = (): string => Buffer.concat(heard).toString();

/** What the trace holds of a kind, without time and names. */
function traced(kind: string): readonly object[] {
  return bench.world.trace.records
    .filter((record) => record.kind === kind)
    .map(({ t: _t, source: _source, kind: _kind, stimulus: _stimulus, ...fields }) => fields);
}

describe('from the board', () => {
  test('text written before the port is open, and after, comes out in order', async () => {
    const port = connect();
    port.write('one ');
    port.write('two ');
    await bench.world.settle();
    port.write('three');
    await bench.world.settle();
    expect(uart.output).toBe('one two three');
    expect(
      traced('tx')
        .map((fields) => Object.values(fields).join())
        .join(''),
    ).toBe(uart.output);
  });

  test('all bytes come out as they are', async () => {
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const out: number[] = [];
    uart.onData((bytes) => out.push(...bytes));
    connect().write(all);
    await bench.world.settle();
    expect(out).toEqual([...all]);
  });

  test('a character cut in two is text all the same', async () => {
    const port = connect();
    const euro = Buffer.from('€');
    port.write(euro.subarray(0, 1));
    await bench.world.settle();
    port.write(euro.subarray(1));
    port.write('!');
    await bench.world.settle();
    expect(uart.output).toBe('€!');
  });

  test('listeners at the far end hear it with its true time until they leave', async () => {
    const port = connect();
    const out: string[] = [];
    const stop = uart.onData((bytes, timeUs) => {
      out.push(`${Buffer.from(bytes).toString()} ${timeUs - bench.world.startUs}`);
    });
    await bench.world.runFor(1_000);
    port.write('a');
    await bench.world.runFor(1_000);
    stop();
    port.write('b');
    await bench.world.settle();
    expect(out).toEqual(['a 1000']);
  });

  test('a far end that answers does so after the work of the firmware', async () => {
    const port = connect();
    await bench.world.settle();
    const order: string[] = [];
    port.on('data', () => order.push('answer heard'));
    uart.onData(() => {
      order.push('answered');
      uart.write('!');
    });
    port.write('?');
    order.push('written');
    await bench.world.settle();
    expect(order).toEqual(['written', 'answered', 'answer heard']);
  });

  test('an error at the far end fails the run and leaves the port whole', async () => {
    const port = connect();
    const stop = uart.onData(() => {
      throw new Error('far end');
    });
    port.write('a');
    await expect(bench.world.settle()).rejects.toThrow('far end');
    stop();
    port.write('b');
    await bench.world.settle();
    expect(uart.output).toBe('ab');
  });

  test('drain comes when all is out', async () => {
    const port = connect();
    let seen = '';
    port.write('text');
    port.drain(() => (seen = uart.output));
    await bench.world.settle();
    expect(seen).toBe('text');
  });
});

describe('to the board', () => {
  test('what is sent before the port is open is heard once it is', async () => {
    const port = uart.connect(bench.begin());
    uart.write('early ');
    uart.write('bird');
    port.on('data', (bytes: Buffer) => heard.push(bytes));
    await bench.world.settle();
    expect(heardText()).toBe('early bird');
  });

  test('all bytes come in as they are, in any amount', async () => {
    connect();
    const all = Uint8Array.from({ length: 5_000 }, (_, place) => (place * 7) % 256);
    uart.write(all);
    await bench.world.settle();
    expect(new Uint8Array(Buffer.concat(heard))).toEqual(all);
  });

  test('what the board cannot hear is lost', async () => {
    uart.write('nobody');
    const life = bench.begin();
    const port = uart.connect(life);
    port.on('data', (bytes: Buffer) => heard.push(bytes));
    await bench.world.settle();
    life.hang();
    uart.write('hangs');
    life.end();
    uart.write('off');
    await bench.world.settle();
    expect(heard).toEqual([]);
  });

  test('a break comes as a zero byte, a framing error as some byte, noise as so many', async () => {
    connect();
    uart.sendBreak();
    await bench.world.settle();
    expect(Buffer.concat(heard)).toEqual(Buffer.of(0));
    uart.sendFramingError();
    uart.noise(20);
    await bench.world.settle();
    expect(Buffer.concat(heard)).toHaveLength(22);
    expect(kindsOf(bench.world, 'uart')).toEqual(['break', 'framing-error', 'noise']);
  });

  test('a disturbance that nobody heard is remembered as one without effect', async () => {
    uart.noise(3);
    connect();
    uart.sendBreak();
    await bench.world.settle();
    expect(uart.pendingFaults).toEqual(['noise']);
    uart.reset();
    expect(uart.pendingFaults).toEqual([]);
  });

  test('noise is the same for the same seed', async () => {
    const noise = async (seed: number): Promise<string> => {
      const own = createPartBench(seed);
      const part = new UartPart(own.site);
      const bytes: Buffer[] = [];
      part.connect(own.begin()).on('data', (chunk: Buffer) => bytes.push(chunk));
      part.noise(32);
      await own.world.settle();
      return Buffer.concat(bytes).toString('hex');
    };
    expect(await noise(5)).toBe(await noise(5));
    expect(await noise(5)).not.toBe(await noise(6));
  });
});

describe('the trace', () => {
  test('holds what was typed as text, or as hexadecimal digits where it is none', () => {
    uart.write('date\r');
    uart.clearOutput();
    uart.write(Uint8Array.of(0xff, 0x00));
    expect(traced('rx')).toEqual([{ text: 'date\r' }, { hex: 'ff00' }]);
  });

  test('never holds a password or a code, also where it was typed ahead', async () => {
    const port = connect();
    port.write('login: ');
    await bench.world.settle();
    uart.write('admin\rsecret\r');
    port.write('\r\nPassword: ');
    await bench.world.settle();
    uart.write('secret');
    uart.write('\r');
    await bench.world.settle();
    expect(traced('rx')).toEqual([{ text: 'admin\r', hidden: 7 }, { hidden: 6 }, { hidden: 1 }]);
    expect(JSON.stringify(bench.world.trace.records)).not.toContain('secret');
    expect(heardText()).toBe('admin\rsecret\rsecret\r');
  });
});

describe('the end of a life', () => {
  test('ends the port without a sound, with work under way in both directions', async () => {
    const late: string[] = [];
    const port = connect();
    for (const event of ['data', 'end', 'close', 'error', 'drain', 'finish', 'open'] as const) {
      port.on(event, () => late.push(event));
    }
    await bench.world.settle();
    late.length = 0;
    for (let count = 0; count < 10; count += 1) port.write('x'.repeat(500));
    uart.write('to the board');
    bench.begin();
    port.write('more');
    await bench.world.runFor(1_000_000);
    expect(port.destroyed).toBe(true);
    expect(late).toEqual([]);
    expect(heard).toEqual([]);
    expect(uart.output).toBe('');
  });

  test('while the port is being opened is no error either', async () => {
    const port = connect();
    port.write('never');
    bench.begin();
    await bench.world.settle();
    expect(uart.output).toBe('');
  });

  test('the next life has a port of its own; output goes on until it is cleared', async () => {
    connect().write('first ');
    await bench.world.settle();
    connect().write('second');
    await bench.world.settle();
    expect(uart.output).toBe('first second');
    uart.reset();
    expect(uart.output).toBe('');
    uart.write('in');
    await bench.world.settle();
    expect(heardText()).toBe('in');
  });

  test('a firmware that closes its port hears nothing more and sends nothing more', async () => {
    const port = connect();
    await bench.world.settle();
    port.close();
    await bench.world.settle();
    uart.write('x');
    port.write('y');
    await bench.world.settle();
    expect(heard).toEqual([]);
    port.open();
    await bench.world.settle();
    expect([heardText(), uart.output]).toEqual(['x', 'y']);
  });
});

describe('pacing', () => {
  const byteUs = (10 * 1_000_000) / 115_200;

  beforeEach(() => {
    uart.pacing = true;
  });

  test('bytes of the board take ten bits each', async () => {
    const port = connect();
    const arrivals: number[] = [];
    uart.onData((_, timeUs) => arrivals.push(timeUs - bench.world.startUs));
    port.write('x'.repeat(40));
    await bench.world.runFor(1_000_000);
    const steps = [16, 16, 8].map((count) => Math.ceil(count * byteUs));
    expect(arrivals).toEqual([
      steps[0],
      2 * (steps[0] ?? 0),
      2 * (steps[0] ?? 0) + (steps[2] ?? 0),
    ]);
    expect(uart.output).toBe('x'.repeat(40));
  });

  test('drain waits for the last bit', async () => {
    const port = connect();
    let drainedUs = 0;
    port.write('x'.repeat(1_152));
    port.drain(() => (drainedUs = bench.world.nowUs - bench.world.startUs));
    await bench.world.runFor(1_000_000);
    expect(drainedUs).toBeGreaterThanOrEqual(100_000);
    expect(drainedUs).toBeLessThan(100_100);
  });

  test('bytes to the board take time too, one after the other', async () => {
    connect();
    uart.write('ab');
    uart.write('c');
    await bench.world.runFor(Math.ceil(2 * byteUs) - 1);
    expect(heardText()).toBe('');
    await bench.world.runFor(1);
    expect(heardText()).toBe('ab');
    await bench.world.runFor(1_000);
    expect(heardText()).toBe('abc');
  });

  test('follows the baud rate that the firmware sets', async () => {
    const port = connect();
    await bench.world.settle();
    port.update({ baudRate: 9_600 });
    await bench.world.settle();
    port.write('x');
    await bench.world.runFor(1_041);
    expect(uart.output).toBe('');
    await bench.world.runFor(1);
    expect(uart.output).toBe('x');
  });

  test('what the board had not sent when its life ended is lost', async () => {
    const port = connect();
    port.write('x'.repeat(100));
    await bench.world.runFor(3_000);
    bench.begin();
    await bench.world.runFor(1_000_000);
    expect(uart.output).toBe('x'.repeat(32));
  });

  test('bytes to the board are heard by the life that is there when they arrive', async () => {
    connect();
    uart.write('x'.repeat(160));
    await bench.world.runFor(3_000);
    const life = bench.begin();
    await bench.world.runFor(3_000);
    expect(heardText()).toHaveLength(32);
    uart.connect(life).on('data', (bytes: Buffer) => heard.push(bytes));
    await bench.world.runFor(1_000_000);
    expect(heardText()).toHaveLength(32 + 96);
  });

  test('closing the port in the middle of a write is no disaster', async () => {
    const port = connect();
    port.on('error', () => undefined);
    port.write('x'.repeat(100));
    await bench.world.runFor(1_500);
    port.close();
    await bench.world.runFor(1_000_000);
    expect(uart.output).toBe('x'.repeat(16));
  });
});
