import type { Board } from '#hal/board';
import { isHalError, type HalErrorCode } from '#hal/errors';
import type { SimRig, Tamper } from '../sim-rig.ts';

/** A driver that breaks its contract in one way, and the rules that must notice. */
export interface Canary {
  readonly what: string;
  /** Each matches the name of a check that must fail. */
  readonly caughtBy: readonly RegExp[];
  /** Called once a rig; what it answers is called for each life of the board. */
  readonly make: (rig: SimRig) => Tamper;
}

/** What a broken driver does otherwise than the true one; called for each life. */
type Change<Port> = (port: Port) => Partial<Port>;

/** Makes canaries of one port. What they keep between lives belongs into the outer function. */
export function canariesOf<Key extends keyof Board>(key: Key) {
  return (
    what: string,
    caughtBy: readonly RegExp[],
    prepare: (rig: SimRig) => Change<Board[Key]>,
  ): Canary => ({
    what,
    caughtBy,
    make: (rig) => {
      const change = prepare(rig);
      return (board) => ({ [key]: { ...faithful(board[key]), ...change(board[key]) } });
    },
  });
}

/** A plain object that does what the port does, be that a class or not. */
function faithful<Port extends object>(port: Port): Port {
  const copy: Record<string, unknown> = {};
  const isMore = (at: object | null): at is object => at !== null && at !== Object.prototype;
  for (let at: object | null = port; isMore(at); at = Object.getPrototypeOf(at) as object | null) {
    for (const name of Object.getOwnPropertyNames(at)) {
      if (name in copy || name === 'constructor') continue;
      const value: unknown = Reflect.get(port, name);
      copy[name] = typeof value === 'function' ? value.bind(port) : value;
    }
  }
  return copy as Port;
}

/** Does it, and where that fails with one of these codes, answers something instead. */
export function swallowing<T>(codes: readonly HalErrorCode[], instead: T, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (isHalError(error) && codes.includes(error.code)) return instead;
    throw error;
  }
}
