import type { ButtonFact } from '#firmware/reset/button.machine';
import { defaultResetProfile, type ResetProfile } from '#firmware/reset/profile';
import { watchResetButton, type ResetButtonWatch } from '#firmware/reset/wiring';
import { SimBoard, type BoardOptions } from '#sim/board';
import { World } from '#sim/kernel/world';
import { createBusyHost } from './busy-host.ts';

/** A board whose firmware is nothing but the watched RESET button. */
export interface ButtonBench {
  readonly world: World;
  readonly board: SimBoard;
  /** All facts so far, with their monotonic time in ms. */
  readonly facts: readonly (ButtonFact & { readonly atMs: number })[];
  readonly watch: ResetButtonWatch;
  /** Blocks the host's event loop: nothing of the firmware runs for that long. */
  blockFor(spanUs: number): void;
  /** Lengths at which a beep was due, and what was asked for. */
  verdict(): { beeps: number; action: string };
}

export function createButtonBench(
  options: {
    seed?: number;
    profile?: ResetProfile;
    board?: BoardOptions;
    isListening?: () => boolean;
    prepare?: (board: SimBoard) => void;
  } = {},
): ButtonBench {
  const world = new World({ seed: options.seed ?? 1 });
  const board = new SimBoard(world, options.board);
  const facts: (ButtonFact & { readonly atMs: number })[] = [];
  let watch: ResetButtonWatch | undefined;
  let blockFor = (_spanUs: number): void => undefined;
  board.install((port) => {
    const host = createBusyHost(world, port);
    blockFor = host.blockFor;
    watch = watchResetButton({
      button: host.resetButton,
      clock: host.clock,
      profile: options.profile ?? defaultResetProfile,
      isListening: options.isListening ?? (() => true),
      onFact: (fact) => facts.push({ ...fact, atMs: port.clock.now() }),
      onBug: (error) => world.reportBug(error),
    });
    return watch;
  });
  options.prepare?.(board);
  board.powerOn();
  return {
    world,
    board,
    facts,
    blockFor: (spanUs) => blockFor(spanUs),
    get watch() {
      if (watch === undefined) throw new Error('the board did not start');
      return watch;
    },
    verdict() {
      const beeps = facts.filter(
        (fact) => fact.type === 'threshold.reached' && fact.threshold.beepMs !== undefined,
      ).length;
      const missed = facts.flatMap((fact) => (fact.type === 'press.ended' ? fact.missed : []));
      const actions = facts.flatMap((fact) => {
        if (fact.type === 'threshold.reached') return fact.threshold.action ?? [];
        return fact.type === 'press.ended' ? (fact.action ?? []) : [];
      });
      return { beeps: beeps + missed.length, action: actions.join('+') || 'none' };
    },
  };
}
