import * as v from 'valibot';
import { firmwareVersion } from '#firmware/version';
import type { Bench } from '../bench.ts';
import { version } from '../cli/version.ts';
import { describeLamp, viewLamp } from '../scenario/led-pattern.ts';
import type { Desk } from './desk.ts';
import { count, momentFields, momentOf } from './moment.ts';
import type { Routes } from './route.ts';
import { speedFields, speedOf } from './speed.ts';

/** True time, µs; null where that is not so. */
const instant = v.nullable(v.number());

/** The board, all that can be seen of it. */
export const boardAnswer = v.strictObject({
  ...momentFields,
  ...speedFields,
  seed: v.number(),
  versions: v.strictObject({ nasboard: v.string(), firmware: v.string() }),
  label: v.strictObject({
    model: v.string(),
    serialNumber: v.string(),
    macAddresses: v.array(v.string()),
  }),
  /** Of `admin`, as it follows from the label; it may have been changed since. */
  defaultPassword: v.string(),
  power: v.strictObject({ on: v.boolean(), since: instant, boots: count }),
  leds: v.strictObject({
    status: v.strictObject({
      /** Now. */
      colour: v.string(),
      /** What it shows, blinking and all: `steady green`, `green-red, blink 500ms`. */
      pattern: v.string(),
    }),
  }),
  buzzer: v.strictObject({
    sounding: v.boolean(),
    /** The last begun; `end` is null while it sounds. */
    lastBeep: v.nullable(v.strictObject({ start: v.number(), end: instant })),
  }),
  reset: v.strictObject({ pressed: v.boolean() }),
  /** The state of every chart of the firmware, by its name. */
  charts: v.record(v.string(), v.string()),
  clocks: v.strictObject({
    /** The board's, ms since power-on, through the error of its crystal. */
    boardMs: v.nullable(v.number()),
    /** ms since the epoch; the wall clock is null while the firmware has none. */
    wallMs: v.nullable(v.number()),
    rtcMs: v.number(),
    rtcIsValid: v.boolean(),
    trust: v.nullable(v.string()),
    /** How far the wall clock is ahead of true time. */
    offsetMs: v.nullable(v.number()),
  }),
  /** Faults of the parts that were ordered and have not taken effect so far. */
  pendingFaults: v.array(v.string()),
});

/** The board as it is. */
export function addBoard(routes: Routes, desk: Desk): void {
  routes.add({
    method: 'GET',
    path: '/board',
    tag: 'board',
    summary: 'The board: its label, power, LEDs, buzzer, RESET line, charts and clocks',
    answer: boardAnswer,
    handle: () => desk.act(() => boardOf(desk)),
  });
}

/** The board at this instant. */
export function boardOf(desk: Desk): v.InferInput<typeof boardAnswer> {
  const { bench } = desk;
  const { board, world } = bench;
  const { label, statusLed, buzzer } = board;
  const beep = buzzer.beeps.at(-1);
  return {
    ...momentOf(world.nowUs),
    ...speedOf(desk.pacer),
    seed: world.random.seed,
    versions: { nasboard: version, firmware: firmwareVersion },
    label: {
      model: label.model,
      serialNumber: label.serialNumber,
      macAddresses: [...label.macAddresses],
    },
    defaultPassword: label.defaultPassword,
    power: {
      on: board.isPowered,
      since: board.poweredOnAtUs ?? null,
      boots: board.bootCount,
    },
    leds: {
      status: {
        colour: statusLed.colour,
        pattern: describeLamp(viewLamp(statusLed.history, world.nowUs)),
      },
    },
    buzzer: {
      sounding: buzzer.isSounding,
      lastBeep: beep === undefined ? null : { start: beep.startUs, end: beep.endUs ?? null },
    },
    reset: { pressed: board.resetButton.isPressed },
    charts: { ...bench.states() },
    clocks: clocksOf(bench),
    pendingFaults: [...board.pendingFaults],
  };
}

function clocksOf(bench: Bench): v.InferInput<typeof boardAnswer>['clocks'] {
  const { board, world, firmware } = bench;
  const wallMs = firmware?.wallClockMs();
  return {
    boardMs: board.life?.clock.now() ?? null,
    wallMs: wallMs ?? null,
    rtcMs: board.rtc.timeMs,
    rtcIsValid: board.rtc.isValid,
    trust: bench.states()['clock.trust'] ?? null,
    offsetMs: wallMs === undefined ? null : wallMs - world.nowUs / 1000,
  };
}
