import { writeFileSync } from 'node:fs';
import { describe, expect, test, vi } from 'vitest';
import type { ButtonFact } from '#firmware/reset/button.machine';
import { withAdvancedFiring } from '#firmware/reset/profile';
import { watchResetButton } from '#firmware/reset/wiring';
import { buttonSuite } from '#hal/conformance/index';
import { type ButtonConfig, createButton } from '#hal/linux/button';
import { createClock } from '#hal/linux/clock';
import { shown } from './button-rig.ts';
import { conforms } from './conforms.ts';
import { type KeySetting, KeyTests, restart } from './key-tests.ts';
import { openFiles, openings } from './open-files.ts';

const on = new KeyTests();

const settings: readonly (KeySetting & { readonly name: string })[] = [
  { name: 'records of 24 bytes', eventBytes: 24 },
  { name: 'records of 16 bytes', eventBytes: 16 },
  { name: 'records of 24 bytes and no koffi', eventBytes: 24, hasKoffi: false },
];

for (const { name, ...setting } of settings) {
  conforms(buttonSuite, {
    driver: `a key with ${name}`,
    start: async () => {
      const { rig, keys } = await on.open(setting);
      return { subject: rig.subject((isPressed) => keys.key(isPressed)), end: () => undefined };
    },
  });
}

describe('a hold', () => {
  test.each(settings)('is measured by the times of the kernel, with $name', async (setting) => {
    const { edges, pass, keys } = await on.open(setting);
    await pass(7);
    keys.key(true);
    await pass(3_000);
    keys.key(false);
    await pass(100);
    expect(shown(edges)).toEqual(['press 7', 'release 3007']);
  });

  test('is not falsified by a process that has no time to read', async () => {
    const { edges, pass, keys } = await on.open();
    keys.key(true);
    vi.setSystemTime(Date.now() + 1);
    const laterNs = process.hrtime.bigint() + 2_500_000_000n;
    keys.say(keys.event(1, restart, 0, laterNs));
    await pass(4_000);
    expect(shown(edges)).toEqual(['press 0', 'release 2500']);
  });

  test.each([3_600_000, -3_600_000, 86_400_000 * 400])(
    'is not falsified by a step of the wall clock of %d ms, without koffi',
    async (stepMs) => {
      const { edges, pass, keys } = await on.open({ hasKoffi: false });
      keys.key(true);
      await pass(1_500);
      vi.setSystemTime(Date.now() + stepMs);
      await pass(1_500);
      keys.key(false);
      // The step comes between the edge and its being read.
      vi.setSystemTime(Date.now() - stepMs);
      await pass(30);
      const heldMs = (edges[1]?.atMs ?? 0) - (edges[0]?.atMs ?? 0);
      expect(heldMs).toBeGreaterThanOrEqual(3_000);
      expect(heldMs).toBeLessThanOrEqual(3_025);
    },
  );

  test('that began before the opening is seen as held', async () => {
    const { edges, pass, button, keys } = await on.open({}, (device) => device.turn(true));
    expect(button.isPressed()).toBe(true);
    keys.key(false);
    await pass(30);
    expect(shown(edges)).toEqual(['release 0']);
  });

  test('is not ended by its own repetitions', async () => {
    const { edges, pass, keys } = await on.open();
    keys.key(true);
    for (let repetition = 0; repetition < 5; repetition += 1) {
      keys.say(keys.event(1, restart, 2));
      await pass(30);
    }
    expect(shown(edges)).toEqual(['press 0']);
  });
});

describe('a hold that ends between two looks at the device', () => {
  const holds = [
    { holdMs: 9_980, isReached: false },
    { holdMs: 9_999, isReached: false },
    { holdMs: 10_000, isReached: true },
    { holdMs: 10_020, isReached: true },
  ];
  test.each(holds)('of $holdMs ms reaches 10 s: $isReached', async ({ holdMs, isReached }) => {
    const { pass, button, clock, keys } = await on.open();
    const facts: ButtonFact[] = [];
    const watch = watchResetButton({
      button,
      clock,
      profile: withAdvancedFiring('at-threshold'),
      isListening: () => true,
      onFact: (fact) => void facts.push(fact),
      onBug: (error) => expect(error).toBeUndefined(),
    });
    await pass(10);
    keys.key(true);
    await pass(holdMs);
    keys.key(false);
    await pass(1_000);
    watch.stop();
    const hasFired = facts.some(
      (fact) => fact.type === 'threshold.reached' && fact.threshold.action === 'advanced',
    );
    expect(hasFired).toBe(isReached);
    expect(facts.at(-1)).toMatchObject({ type: 'press.ended', hasFired: isReached });
  });

  test('is over for who asks, before it is heard', async () => {
    const { edges, pass, button, keys } = await on.open();
    keys.key(true);
    expect(button.isPressed()).toBe(true);
    expect(edges).toEqual([]);
    keys.key(false);
    expect(button.isPressed()).toBe(false);
    await pass(1);
    expect(edges.map(({ pressed }) => pressed)).toEqual([true, false]);
  });

  test('is over for who asks when the device is gone', async () => {
    const { edges, pass, button, keys } = await on.open();
    keys.key(true);
    await pass(25);
    keys.unplug();
    expect(button.isPressed()).toBe(false);
    await pass(1);
    expect(edges.map(({ pressed }) => pressed)).toEqual([true, false]);
  });
});

describe('looking at the device', () => {
  test('is rare while nothing happens, and frequent while something does', async () => {
    const { edges, pass, rig, keys } = await on.open();
    rig.button.close();
    rig.idleLookEveryMs = undefined;
    await rig.open();
    await pass(3_000);
    const heardAfterMs = async (isPressed: boolean): Promise<number> => {
      const count = edges.length;
      keys.key(isPressed);
      let waitedMs = 0;
      for (; edges.length === count; waitedMs += 1) await pass(1);
      return waitedMs;
    };
    expect(await heardAfterMs(true)).toBe(100);
    await pass(9_990);
    expect(await heardAfterMs(false)).toBeLessThanOrEqual(25);
    await pass(200);
    expect(await heardAfterMs(true)).toBeLessThanOrEqual(25);
    expect(await heardAfterMs(false)).toBeLessThanOrEqual(25);
    await pass(1_510);
    expect(await heardAfterMs(true)).toBeGreaterThan(25);
  });
});

describe('opening', () => {
  const refusals = [
    { what: 'a path where nothing is', setting: {}, code: 'not-present', text: '/event1' },
    {
      what: 'a key nobody knows',
      setting: { key: 'KEY_RESTRAT' },
      code: 'bad-argument',
      text: 'KEY_RESTRAT',
    },
    {
      what: 'a key beyond the last',
      setting: { key: '0x300' },
      code: 'bad-argument',
      text: '0x300',
    },
    {
      what: 'a key it has not',
      setting: { key: 'KEY_POWER' },
      code: 'bad-argument',
      text: 'KEY_RESTART',
    },
  ];
  test.each(refusals)('refuses $what', async ({ setting, code, text }) => {
    const keys = on.plug();
    const config = on.configOf(setting);
    const wrong = text === '/event1' ? { ...config, device: on.folder.at('event1') } : config;
    const clock = createClock();
    const before = openFiles();
    const opening = createButton(wrong as ButtonConfig, { clock, libc: keys.libc });
    await expect(opening).rejects.toMatchObject({ name: 'HalError', code });
    await expect(opening).rejects.toThrow(text);
    expect(openFiles()).toBe(before);
    clock.close();
  });

  test.each(['KEY_RESTART', '408', '0x198'])('takes the key as %s', async (key) => {
    const { edges, pass, keys } = await on.open({ key });
    keys.key(true);
    await pass(25);
    expect(edges.length).toBe(1);
  });

  test('does with a kernel that offers less', async () => {
    const { edges, pass, keys } = await on.open({}, (device) => {
      device.forget('setClock', 'keysOffered', 'keyState');
    });
    await pass(40);
    keys.key(true);
    await pass(25);
    expect(shown(edges)).toEqual(['press 40']);
  });

  test('goes on after a file that says nothing is found to be no device', async () => {
    writeFileSync(on.folder.at('event0'), '');
    const clock = createClock();
    vi.useFakeTimers();
    const codes: string[] = [];
    const onFault = ({ code }: { code: string }): void => void codes.push(code);
    const button = await createButton(on.configOf(), { clock, libc: undefined, onFault });
    await vi.advanceTimersByTimeAsync(100);
    expect(codes).toEqual(['not-present']);
    button.close();
    clock.close();
    vi.useRealTimers();
  });
});

describe('closing', () => {
  test('twice is no error, and nothing is heard or answered after it', async () => {
    const { edges, pass, button, keys } = await on.open();
    button.close();
    button.close();
    keys.key(true);
    await pass(100);
    button.onEdge((edge) => void edges.push(edge))();
    expect(edges).toEqual([]);
    expect(() => button.isPressed()).toThrowError(expect.objectContaining({ code: 'closed' }));
    expect(vi.getTimerCount()).toBe(0);
  });

  test('in the middle of an edge is heard out by nobody', async () => {
    const { edges, pass, button, keys } = await on.open();
    button.onEdge(() => button.close());
    button.onEdge(() => void edges.push({ pressed: true, atMs: -1 }));
    keys.key(true);
    keys.key(false);
    await pass(30);
    expect(shown(edges)).toEqual(['press 0']);
  });

  test('leaves no descriptor open, however often', async () => {
    const keys = on.plug();
    const clock = createClock();
    const before = openFiles();
    for (let opening = 0; opening < openings; opening += 1) {
      (await createButton(on.configOf(), { clock, libc: keys.libc })).close();
    }
    expect(openFiles()).toBe(before);
    clock.close();
  });
});

test('an error of a listener is its own: others hear the edge', async () => {
  const { edges, pass, button, keys } = await on.open();
  const crashes: unknown[] = [];
  vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((run) => {
    try {
      run();
    } catch (error) {
      crashes.push(error);
    }
  });
  button.onEdge(() => {
    throw new Error('a listener fell over');
  });
  button.onEdge((edge) => void edges.push(edge));
  keys.key(true);
  keys.key(false);
  await pass(30);
  expect(edges.length).toBe(4);
  expect(crashes.length).toBe(2);
});
