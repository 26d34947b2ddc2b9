import { describe, expect, test, vi } from 'vitest';
import { shown } from './button-rig.ts';
import type { FakeKeys } from './fake-keys.ts';
import { KeyTests, restart } from './key-tests.ts';
import { openFiles } from './open-files.ts';

const on = new KeyTests();

describe('bytes of the device', () => {
  test('are understood wherever a read ends in an event', async () => {
    const { edges, pass, keys } = await on.open();
    for (let cut = 1; cut < 48; cut += 1) {
      const bytes = keys.event(1, restart, 1);
      keys.say(bytes.subarray(0, cut));
      await pass(30);
      keys.say(bytes.subarray(cut));
      keys.key(false);
      await pass(30);
      expect(edges.splice(0).map(({ pressed }) => pressed)).toEqual([true, false]);
    }
  });

  test('of other keys and of other kinds are passed over', async () => {
    const { edges, pass, keys } = await on.open();
    keys.key(true, 116);
    keys.say(keys.event(4, 4, restart));
    keys.say(keys.event(5, restart, 1));
    await pass(30);
    expect(edges).toEqual([]);
  });

  test('that fill the buffer many times are all heard', async () => {
    const { edges, pass, keys } = await on.open();
    for (let press = 0; press < 600; press += 1) keys.key(press % 2 === 0);
    await pass(200);
    expect(edges.length).toBe(600);
  });
});

describe('events that the kernel has dropped', () => {
  const dropped = (keys: FakeKeys): Buffer => keys.event(0, 3, 0).subarray(0, 24);

  test.each([
    { before: false, after: true, heard: ['press 25'] },
    { before: false, after: false, heard: [] },
    { before: true, after: false, heard: ['press 0', 'release 50'] },
    { before: true, after: true, heard: ['press 0'] },
  ])('are made good by asking for the level: $before, then $after', async (row) => {
    const { edges, pass, keys } = await on.open();
    if (row.before) keys.key(true);
    if (row.before) await pass(25);
    keys.say(dropped(keys));
    // Halves of what was dropped: not to be believed.
    keys.say(keys.event(1, restart, row.after ? 0 : 1));
    keys.turn(row.after);
    await pass(25);
    expect(shown(edges)).toEqual(row.heard);
    keys.key(!row.after);
    await pass(25);
    expect(edges.at(-1)?.pressed).toBe(!row.after);
  });

  test('end a hold where nobody can be asked', async () => {
    const { edges, pass, keys } = await on.open({ hasKoffi: false });
    keys.key(true);
    await pass(25);
    keys.say(Buffer.concat([dropped(keys), keys.event(0, 0, 0)]));
    await pass(25);
    expect(edges.map(({ pressed }) => pressed)).toEqual([true, false]);
  });

  test('such as a release are made up by the next press', async () => {
    const { edges, pass, keys } = await on.open();
    keys.key(true);
    keys.key(true);
    await pass(25);
    expect(edges.map(({ pressed }) => pressed)).toEqual([true, false, true]);
  });
});

describe('a device that is unplugged', () => {
  test('is told of once, released, found again, and heard again', async () => {
    const { edges, faults, pass, button, keys } = await on.open();
    keys.key(true);
    await pass(500);
    keys.unplug();
    await pass(10_000);
    expect(faults.map(({ code }) => code)).toEqual(['not-present']);
    expect(faults[0]?.message).toContain(keys.path);
    expect(button.isPressed()).toBe(false);
    expect(shown(edges)).toEqual(['press 0', 'release 525']);
    keys.plugIn();
    await pass(1_000);
    keys.key(true);
    await pass(25);
    expect(edges.length).toBe(3);
    expect(edges[2]?.pressed).toBe(true);
    keys.unplug();
    await pass(30);
    expect(faults.length).toBe(2);
  });

  test('comes back held: that is heard as a press', async () => {
    const { edges, pass, keys } = await on.open();
    keys.unplug();
    await pass(1_000);
    keys.plugIn();
    keys.turn(true);
    await pass(1_050);
    expect(edges.map(({ pressed }) => pressed)).toEqual([true]);
  });

  test('comes back as something else: that is told, and it is looked for on', async () => {
    const { edges, faults, pass, keys } = await on.open();
    keys.unplug();
    await pass(500);
    on.folder.put('event0/a-directory', '');
    await pass(2_000);
    expect(faults.map(({ code }) => code)).toEqual(['not-present', 'bad-argument']);
    on.folder.remove('event0');
    keys.plugIn();
    await pass(1_000);
    keys.key(true);
    await pass(25);
    expect(edges.length).toBe(1);
  });

  test('is left alone after the button was closed', async () => {
    const { keys, pass, button } = await on.open();
    keys.unplug();
    await pass(30);
    button.close();
    keys.plugIn();
    const before = openFiles();
    await pass(5_000);
    expect(openFiles()).toBe(before);
    expect(vi.getTimerCount()).toBe(0);
  });
});
