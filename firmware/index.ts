import type { Board } from '#hal/board';
import { createButtonDuty } from './button-duty.ts';
import { createSerialFace } from './console/serial-face.ts';
import { keepAlive } from './keep-alive.ts';
import type { EventLog } from './log/event-log.ts';
import { isOperatingError } from './operating-error.ts';
import type { FirmwareOptions, FirmwareRecord } from './options.ts';
import { defaultResetProfile } from './reset/profile.ts';
import { watchResetButton } from './reset/wiring.ts';
import { createRuntime, type Runtime } from './runtime.ts';
import type { ClockMotion } from './time/wall-clock.ts';
import type { Services } from './services.ts';
import { Appliance } from './wiring.ts';

export type { ApplianceState } from './appliance-control.ts';
export type { FirmwareOptions, FirmwareRecord, PasswordCost } from './options.ts';
export { defaultResetProfile, withAdvancedFiring } from './reset/profile.ts';
export type { Gesture, HoldRule, ResetAction, ResetProfile } from './reset/profile.ts';
export { firmwareVersion } from './version.ts';

/** The running appliance, for whoever started it. */
export interface Firmware {
  /** Lets go of the board; called when its power-on ends. A second call is no error. */
  stop(): void;
  /**
   * Present state of every chart, by chart name: `appliance`, `reset-button`, `console`,
   * `clock.trust`, `timekeeper` (`off`, `unsynchronised`, `synchronised`, `retrying`, `holdover`).
   */
  states(): Readonly<Record<string, string>>;
  /**
   * Present state of one chart: of those above, or `two-step.NAME`, a user's 2-step verification.
   * That one is looked up in the store, so it is told to who asks for it only. Undefined where
   * there is no such chart or user, and before the store is mounted.
   */
  stateOf(chart: string): string | undefined;
  /** Hears every change of a chart's state. */
  onState(listener: (chart: string, state: string) => void): void;
  /** The event log; absent until the store is mounted. */
  readonly log: EventLog | undefined;
  /**
   * What the appliance believes the time is, ms since the epoch; absent until the store is mounted.
   */
  wallClockMs(): number | undefined;
  /** How that clock moves from now on; absent until the store is mounted. */
  clockMotion(): ClockMotion | undefined;
  /** Hears when that has changed, and when it is there for the first time. */
  onMotion(listener: () => void): void;
  /**
   * Moves the wall clock as if another program had set it; before the store is mounted nothing
   * happens. For the bench: a person sets the clock at the console or over the network.
   */
  disturbWallClock(byMs: number): void;
  /** What is needed to go on from here, where the appliance is ready and idle; else undefined. */
  record(): FirmwareRecord | undefined;
}

/** Starts the appliance on a board. All it ever does, it does through that board. */
export function startFirmware(board: Board, options: FirmwareOptions = {}): Firmware {
  const { clock, watchdog } = board;
  const { resume } = options;
  const listeners: ((chart: string, state: string) => void)[] = [];
  const motionListeners: (() => void)[] = [];
  const tell = (chart: string, state: string): void => {
    for (const listener of listeners) listener(chart, state);
  };

  const face = createSerialFace({
    stream: board.console,
    clock,
    hostName: board.identity.model,
    ...(resume !== undefined && { resume: resume.console }),
  });
  const runtime = createRuntime({
    board,
    face,
    isResuming: resume !== undefined,
    tellState: tell,
    tellMotion: () => motionListeners.forEach((listener) => listener()),
  });
  const appliance = new Appliance(runtime, options);
  const duty = createButtonDuty(runtime, appliance);
  const button = watchResetButton({
    button: board.resetButton,
    clock,
    profile: options.resetProfile ?? defaultResetProfile,
    isListening: duty.isListening,
    onFact: duty.onFact,
    onBug: (error) => appliance.reportBug(error),
  });
  const isWell = (): boolean => appliance.state !== 'failed';
  const alive = keepAlive({ clock, watchdog, isWell, ...(resume && { resume: resume.kicks }) });
  appliance.onState((state) => tell('appliance', state));
  button.onState((state) => tell('reset-button', state));
  face.onState((state) => tell('console', state));
  appliance.start();
  const states = (): Readonly<Record<string, string>> => ({
    appliance: appliance.state,
    'reset-button': button.state,
    console: face.state(),
    ...(runtime.services !== undefined && clockStates(runtime.services)),
  });

  return {
    stop() {
      alive.stop();
      button.stop();
      face.close();
      appliance.stop();
    },
    states,
    stateOf: (chart) => states()[chart] ?? twoStepStateOf(runtime.services, chart),
    onState: (listener) => void listeners.push(listener),
    get log() {
      return runtime.services?.log;
    },
    wallClockMs: () => runtime.services?.wallClock.nowMs(),
    clockMotion: () => runtime.services?.wallClock.motion(),
    onMotion: (listener) => void motionListeners.push(listener),
    disturbWallClock: (byMs) => runtime.services?.timekeeper.disturb(byMs),
    record() {
      const isReady = appliance.state === 'ready' && button.state === 'released';
      const parts = isReady ? recordOf(runtime) : undefined;
      return parts === undefined ? undefined : { ...parts, kicks: alive.record() };
    },
  };
}

function recordOf({ face, beeper, services }: Runtime): Omit<FirmwareRecord, 'kicks'> | undefined {
  const console = face.record();
  if (console === undefined || !beeper.isSilent) return undefined;
  if (services === undefined || isAnybodyIn(services)) return undefined;
  const { wallClock, timekeeper, scheduler } = services;
  return {
    console,
    wallClock: wallClock.record(),
    timekeeper: timekeeper.record(),
    scheduler: scheduler.record(),
  };
}

function clockStates({ wallClock, timekeeper }: Services): Readonly<Record<string, string>> {
  return { 'clock.trust': wallClock.trust, timekeeper: timekeeper.state };
}

function twoStepStateOf(services: Services | undefined, chart: string): string | undefined {
  const name = /^two-step\.(.+)$/.exec(chart)?.[1];
  if (name === undefined) return undefined;
  try {
    const user = services?.accounts.user(name);
    return user === undefined ? undefined : services?.twoStep.status(user.id);
  } catch (error) {
    // Whoever asks is outside: a store that cannot be read has no answer, and is no bug.
    if (isOperatingError(error)) return undefined;
    throw error;
  }
}

/** Sessions, and what is half done, are in memory only: no record can hold them. */
function isAnybodyIn(services: Services): boolean {
  const { sessions, signIn, twoStep, outbox, mailAccounts, timekeeper } = services;
  const isIdle = [signIn, twoStep, outbox, mailAccounts, timekeeper].every(
    (service) => service.isIdle,
  );
  return sessions.all().length > 0 || !isIdle;
}
