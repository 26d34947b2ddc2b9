import { createActor, type StateValue } from 'xstate';
import type { Clock } from '#hal/clock';
import type { ConsoleDeps } from './command.ts';
import type { ConsoleEvent } from './console-events.ts';
import { consoleMachine } from './console.machine.ts';
import { ConsoleWork } from './console-work.ts';
import type { SettledLine, Terminal } from './terminal.ts';

/** States of the console chart, as faces and the bench show them. */
export type ConsoleState =
  | 'booting'
  | 'login'
  | 'password'
  | 'refused'
  | 'security-code'
  | 'another-way'
  | 'security-answer'
  | 'email-code'
  | 'recovery-code'
  | 'clock'
  | 'new-password'
  | 'repeat-password'
  | 'menu'
  | 'quit-confirm'
  | 'shell'
  | 'prompt'
  | 'paused'
  | 'ended'
  | 'closed';

/** States that last; the others are passed within one step and not shown. */
const shownStates: Readonly<Record<string, ConsoleState>> = {
  booting: 'booting',
  login: 'login',
  password: 'password',
  refused: 'refused',
  securityCode: 'security-code',
  anotherWay: 'another-way',
  securityAnswer: 'security-answer',
  emailCode: 'email-code',
  recoveryCode: 'recovery-code',
  clock: 'clock',
  newPassword: 'new-password',
  repeatPassword: 'repeat-password',
  menu: 'menu',
  quitConfirm: 'quit-confirm',
  shell: 'shell',
  prompt: 'prompt',
  paused: 'paused',
  ended: 'ended',
  closed: 'closed',
};

/** The console chart at work. */
export interface ConsoleChart {
  readonly state: ConsoleState;
  /** Whose session this is or is about to be; empty where it is nobody's. */
  readonly userName: string;
  /** After this long without a byte the session ends. */
  readonly idleLimitMs: number;
  /** Somebody types. */
  touch(): void;
  /** Hears each change of state until the answer is called. */
  onState(listener: (state: ConsoleState) => void): () => void;
  /** Services are up: shows the login prompt, or only listens where it stands already. */
  start(deps: ConsoleDeps, isResumed: boolean): void;
  hear(line: SettledLine): void;
  send(event: ConsoleEvent): void;
}

/** Puts the chart on a terminal and, once they are up, the services. */
export function createConsoleChart(options: {
  readonly terminal: Terminal;
  readonly clock: Clock;
  readonly hostName: string;
}): ConsoleChart {
  const listeners = new Set<(state: ConsoleState) => void>();
  let deps: ConsoleDeps | undefined;
  let work: ConsoleWork | undefined;
  let state: ConsoleState = 'booting';

  // Commands and logins run charts of their own: they begin when this one has come to rest.
  const waiting: (() => void)[] = [];
  const onError = (error: unknown): void => deps?.control.reportBug(error);

  const actor = createActor(consoleMachine, {
    clock: options.clock,
    input: {
      effects: () => wired(work),
    },
  });
  const send = (event: ConsoleEvent): void => {
    if (actor.getSnapshot().status === 'active') actor.send(event);
  };
  actor.subscribe({
    next: ({ value }) => {
      const shown = shownStates[innermost(value)];
      if (shown !== undefined && shown !== state) {
        state = shown;
        for (const listener of listeners) listener(shown);
      }
      for (const task of waiting.splice(0)) attempt(task, onError);
    },
    error: onError,
  });
  actor.start();

  return {
    get state() {
      return state;
    },
    get userName() {
      return work?.userName ?? '';
    },
    get idleLimitMs() {
      return work?.idleLimitMs ?? Number.POSITIVE_INFINITY;
    },
    touch: () => work?.touch(),
    onState(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    start(started, isResumed) {
      deps = started;
      work = new ConsoleWork({
        ...options,
        ...started,
        send,
        afterwards: (task) => void waiting.push(task),
      });
      send({ type: 'services.started', isResumed });
    },
    hear(line) {
      if (line.kind === 'line') send({ type: 'line.entered', text: line.text });
      else send({ type: line.kind === 'interrupt' ? 'line.interrupted' : 'line.ended' });
    },
    send,
  };
}

function wired(work: ConsoleWork | undefined): ConsoleWork {
  if (work === undefined) throw new Error('the console has no services yet');
  return work;
}

function attempt(task: () => void, onError: (error: unknown) => void): void {
  try {
    task();
  } catch (error) {
    onError(error);
  }
}

/** A session and a second step are shown by what they are at, a login as one state. */
function innermost(value: StateValue): string {
  if (typeof value === 'string') return value;
  const [outer, inner] = Object.entries(value)[0] ?? ['', ''];
  return outer !== 'login' && typeof inner === 'string' ? inner : outer;
}
