import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LiveBench } from '#sim/cli/live/live-bench';
import { StateDirectory } from '#sim/state-dir';
import { FakeHostClock } from '../../kernel/fake-host-clock.ts';

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-live-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** A run of the kept board that only draws: its chance, and what is burned into the board. */
async function run(how: { readonly isSaved: boolean }) {
  const state = new StateDirectory(folder);
  const live = new LiveBench({
    startUs: Date.UTC(2026, 10, 24, 10) * 1000,
    speed: 1,
    state,
    hostClock: new FakeHostClock(),
  });
  const { world, board } = live.bench;
  const chance = Buffer.from(world.random.stream('board/random').bytes(16)).toString('hex');
  const deviceKey = Buffer.from(board.label.deviceKey()).toString('hex');
  const burnedIn = [board.label.serialNumber, ...board.label.macAddresses, deviceKey].join();
  if (how.isSaved) await live.end();
  state.close();
  return { chance, burnedIn };
}

describe('a board that is kept between runs', () => {
  test('draws otherwise in each run, and is the same board', async () => {
    const runs = [];
    for (let count = 0; count < 4; count += 1) runs.push(await run({ isSaved: true }));
    expect(new Set(runs.map(({ chance }) => chance)).size).toBe(4);
    expect(new Set(runs.map(({ burnedIn }) => burnedIn)).size).toBe(1);
  });

  test('draws the same again where nothing was kept of a run', async () => {
    await run({ isSaved: true });
    expect(await run({ isSaved: false })).toEqual(await run({ isSaved: true }));
  });
});
