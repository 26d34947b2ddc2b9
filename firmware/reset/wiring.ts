import { createActor } from 'xstate';
import type { Button } from '#hal/button';
import type { Clock } from '#hal/clock';
import { buttonMachine, type ButtonFact } from './button.machine.ts';
import { createDebouncer } from './debouncer.ts';
import type { ResetProfile } from './profile.ts';

/** The watched RESET button. */
export interface ResetButtonWatch {
  readonly state: string;
  onState(listener: (state: string) => void): void;
  stop(): void;
}

/** Puts the chart on a button and a clock. */
export function watchResetButton(options: {
  readonly button: Button;
  readonly clock: Clock;
  readonly profile: ResetProfile;
  /** Whether a press that begins now is taken. */
  readonly isListening: () => boolean;
  readonly onFact: (fact: ButtonFact) => void;
  readonly onBug: (error: unknown) => void;
}): ResetButtonWatch {
  const { button, clock, profile, isListening, onFact, onBug } = options;
  const isPressedAtStart = button.isPressed();
  const debouncer = createDebouncer({
    button,
    clock,
    debounceMs: profile.debounceMs,
    onSettled: ({ pressed, atMs }) =>
      actor.send({ type: pressed ? 'button.pressed' : 'button.released', atMs }),
  });

  const actor = createActor(buttonMachine, {
    clock,
    input: {
      profile,
      isPressedAtStart,
      senses: {
        nowMs: () => clock.now(),
        isListening,
        unsettledSinceMs: () => debouncer.unsettledSinceMs,
        isLinePressed: () => button.isPressed(),
      },
    },
  });
  for (const type of factTypes) actor.on(type, onFact);
  actor.subscribe({ error: onBug });
  actor.start();

  return {
    get state() {
      return actor.getSnapshot().value;
    },
    onState(listener) {
      actor.subscribe({ next: (snapshot) => listener(snapshot.value) });
    },
    stop() {
      debouncer.stop();
      actor.stop();
    },
  };
}

const factTypes: readonly ButtonFact['type'][] = [
  'arming.delayed',
  'arming.done',
  'threshold.reached',
  'press.ignored',
  'press.ended',
];
