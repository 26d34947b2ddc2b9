import { Duplex } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { SerialClient } from '#sim/serial-servers/client';
import { rawProtocol } from '#sim/serial-servers/protocol';
import { SharedLine } from '#sim/serial-servers/shared-line';
import { TelnetProtocol } from '#sim/serial-servers/telnet-protocol';
import { SerialRig } from './serial-rig.ts';

/** The way to a client that takes what it is sent only when it is told to. */
class SlowWay extends Duplex {
  readonly taken: Buffer[] = [];
  #done: () => void = () => undefined;
  isTaking = false;

  override _read(): void {}

  override _write(bytes: Buffer, _encoding: string, done: () => void): void {
    this.taken.push(bytes);
    if (this.isTaking) done();
    else this.#done = done;
  }

  takeAll(): void {
    this.isTaking = true;
    this.#done();
  }
}

let rig: SerialRig;
let line: SharedLine;
let way: SlowWay;

beforeEach(async () => {
  rig = new SerialRig('nothing');
  line = new SharedLine(rig.host);
  way = new SlowWay();
  await rig.start();
});

afterEach(async () => {
  line.close();
  way.destroy();
  await rig.end();
});

describe('a client that does not read', () => {
  test('takes no memory and does not stall the board; then it gets the newest', async () => {
    const client = new SerialClient({ name: 'slow', stream: way, protocol: rawProtocol(), line });
    const isServed = client.run();
    let heard = 0;
    line.join({ output: (bytes) => void (heard += bytes.length), power: () => undefined });
    const chunk = Buffer.alloc(32 * 1024, 'x');
    for (let count = 0; count < 64; count += 1) await rig.say(chunk);
    await rig.say('the end');
    await rig.until(() => heard === 64 * chunk.length + 7, 'the board says all');
    expect(way.writableLength).toBeLessThanOrEqual(chunk.length);
    way.takeAll();
    const [first, rest] = way.taken.map(String);
    expect(first?.length).toBeLessThanOrEqual(chunk.length);
    expect(rest).toMatch(/^\r\n\[nasboard: [12],\d{3},\d{3} bytes lost here, .*\]\r\nx*the end$/);
    expect(rest?.length).toBeLessThan(66 * 1024);
    expect(client.facts).toMatch(/^0 bytes in, [\d,]+ bytes out, [12],\d{3},\d{3} bytes lost$/);
    way.destroy();
    await isServed;
  });

  test('and asks for answers without end is not heard any more until it reads', async () => {
    const protocol = new TelnetProtocol();
    const client = new SerialClient({ name: 'flood', stream: way, protocol, line });
    const isServed = client.run();
    const question = Buffer.from([255, 246]);
    const questions = Buffer.concat(Array.from({ length: 100_000 }, () => question));
    way.push(questions);
    way.push('heard');
    await rig.until(() => way.writableLength > 256 * 1024, 'answers wait');
    await rig.say('x');
    expect(way.writableLength).toBeLessThan(258 * 1024);
    expect(rig.got.length).toBe(0);
    way.takeAll();
    await rig.untilGot('heard');
    way.destroy();
    await isServed;
  });
});

test('a client that floods the line is paced: another one is heard in between', async () => {
  const quick = new SlowWay();
  const clients = [way, quick].map((stream) =>
    new SerialClient({ name: 'client', stream, protocol: rawProtocol(), line }).run(),
  );
  way.push(Buffer.alloc(256 * 1024, 'x'));
  await rig.untilGot('x');
  quick.push('me too');
  await rig.untilGot('me too');
  expect(rig.got.indexOf('me too')).toBeLessThan(128 * 1024);
  await rig.until(() => rig.got.length === 256 * 1024 + 6, 'nothing is lost');
  way.destroy();
  quick.destroy();
  await Promise.all(clients);
});

test('where the world has ended, serving ends with its error', async () => {
  const client = new SerialClient({ name: 'late', stream: way, protocol: rawProtocol(), line });
  const isServed = client.run();
  await rig.pacer.stop();
  way.push('too late');
  await expect(isServed).rejects.toThrow('the pacer was stopped');
  expect(way.destroyed).toBe(true);
});
