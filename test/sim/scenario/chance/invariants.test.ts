import { describe, expect, test } from 'vitest';
import { createBench, type Bench } from '#sim/bench';
import { FlashImage } from '#sim/parts/flash-image';
import { checkInvariants } from '#sim/scenario/chance/invariants';

async function booted(): Promise<Bench> {
  const bench = createBench({ seed: 3 });
  bench.board.powerOn();
  await bench.world.runFor(5_000_000);
  return bench;
}

const check = (bench: Bench) => checkInvariants(bench, [bench.board.defaultPassword]);

/** The flash with a byte of its database turned over. */
function spoilt(bench: Bench): FlashImage {
  const image = bench.board.flash.image();
  const files = [...image.files.keys()].map((name) => [name, image.read(name)] as const);
  for (const [name, bytes] of files) {
    if (name.endsWith('.db')) bytes[5_000] = (bytes[5_000] ?? 0) ^ 0xff;
  }
  return FlashImage.of(Object.fromEntries(files));
}

describe('what must always hold', () => {
  test('holds for a board that is well, also with all that is wrong around it', async () => {
    const bench = await booted();
    bench.board.resetButton.setStuck(true);
    bench.board.network.setCable(0, false);
    bench.board.flash.failWrites(1_000);
    bench.board.flash.cutPowerAfterWrites(3);
    bench.board.rtc.bus.holdLow(true);
    bench.mailServer.down();
    bench.board.hangCpu();
    expect(await check(bench)).toBeUndefined();
  });

  test('holds for a board that halts on a flash that a fault has damaged', async () => {
    const bench = await booted();
    bench.board.flash.flipBits(200);
    expect(await check(bench)).toBeUndefined();
    expect(bench.trace.records).toContainEqual(
      expect.objectContaining({ chart: 'appliance', state: 'halted' }),
    );
  });

  test('does not where the store is damaged and no fault has done it', async () => {
    const bench = await booted();
    const image = spoilt(bench);
    bench.board.powerOff();
    await bench.world.settle();
    bench.board.flash.load(image);
    expect(await check(bench)).toMatchObject({
      expected: 'ready: nothing has damaged the flash',
      seen: expect.stringContaining('HALTED.') as string,
    });
  });

  test('does not where the board does not come up', async () => {
    const bench = await booted();
    bench.board.install(() => ({ stop: () => undefined }));
    expect(await check(bench)).toMatchObject({ seen: 'off' });
  });

  test('does not where a secret is told, unless somebody has typed it in the open', async () => {
    const told = await booted();
    told.trace.output('uart', 'tx', { text: `it is ${told.board.defaultPassword}` });
    expect(await check(told)).toMatchObject({ expected: 'no secret in the trace' });
    const typed = await booted();
    typed.board.uart.write(`${typed.board.defaultPassword}\r`);
    expect(await check(typed)).toBeUndefined();
  });
});
