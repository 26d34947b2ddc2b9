import { SerialPortStream } from '@serialport/stream';
import { beforeEach, describe, expect, test } from 'vitest';
import type { SerialConsole } from '#hal/serial';
import { UartPart } from '#sim/parts/uart';
import { createPartBench, type PartBench } from './part-bench.ts';

let bench: PartBench;
let uart: UartPart;
let heard: string;

beforeEach(() => {
  bench = createPartBench();
  uart = new UartPart(bench.site);
  heard = '';
});

/** A console whose firmware keeps all it hears. */
function connect(): SerialConsole {
  const port = uart.connect(bench.begin());
  port.on('data', (bytes: Buffer) => (heard += bytes.toString()));
  return port;
}

describe('a serial program at the far end', () => {
  /** What any program that uses serialport does. */
  async function openFarEnd(baudRate = 115_200): Promise<SerialPortStream> {
    const binding = uart.createFarEndBinding();
    const [info] = await binding.list();
    return new SerialPortStream({ binding, path: info?.path ?? '', baudRate });
  }

  test('talks to the board through a binding', async () => {
    const port = connect();
    const terminal = await openFarEnd();
    let screen = '';
    terminal.on('data', (bytes: Buffer) => (screen += bytes.toString()));
    port.write('login: ');
    await bench.world.settle();
    terminal.write('admin\r');
    await bench.world.settle();
    expect([screen, heard]).toEqual(['login: ', 'admin\r']);
    expect(bench.world.trace.records).toContainEqual(
      expect.objectContaining({ source: 'uart', kind: 'rx', text: 'admin\r' }),
    );
  });

  test('stays connected while the board goes off and comes back', async () => {
    const terminal = await openFarEnd();
    let screen = '';
    terminal.on('data', (bytes: Buffer) => (screen += bytes.toString()));
    connect().write('one ');
    await bench.world.settle();
    connect().write('two');
    await bench.world.settle();
    expect(screen).toBe('one two');
    expect(terminal.isOpen).toBe(true);
  });

  test('hears nothing once it has closed, and may open again', async () => {
    const port = connect();
    const terminal = await openFarEnd();
    let screen = '';
    terminal.on('data', (bytes: Buffer) => (screen += bytes.toString()));
    await bench.world.settle();
    terminal.close();
    await bench.world.settle();
    port.write('unheard ');
    await bench.world.settle();
    terminal.open();
    await bench.world.settle();
    port.write('heard');
    await bench.world.settle();
    expect(screen).toBe('heard');
  });

  test('is refused a port that is not there or is open already', async () => {
    const binding = uart.createFarEndBinding();
    const options = { baudRate: 115_200 };
    await expect(binding.open({ ...options, path: '/dev/other' })).rejects.toThrow('/dev/board');
    await binding.open({ ...options, path: '/dev/board' });
    await expect(binding.open({ ...options, path: '/dev/board' })).rejects.toThrow('open already');
  });
});
