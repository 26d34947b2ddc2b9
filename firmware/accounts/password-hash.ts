import { createRequire } from 'node:module';
import type * as Argon2 from '@node-rs/argon2';
import type { RandomSource } from '#hal/random';
import type { PasswordCost } from '../options.ts';

/** `owasp`: OWASP's Password Storage Cheat Sheet, argon2id with 19 MiB. `test`: the least. */
const costs = {
  owasp: { memoryCost: 19_456, timeCost: 2, parallelism: 1 },
  test: { memoryCost: 8, timeCost: 1, parallelism: 1 },
} as const satisfies Record<PasswordCost, object>;

const saltBytes = 16;

/** Argon2id (RFC 9106) in PHC strings, `$argon2id$v=19$m=…,t=…,p=…$salt$hash`. */
export interface PasswordHasher {
  /** A PHC string with a fresh salt. */
  hash(password: string): string;
  /**
   * Compares with a PHC string of any cost. `isRehashDue` where a new hash would be made at another
   * cost. Undefined where the text is no PHC string of argon2id.
   */
  verify(
    phc: string,
    password: string,
  ): { readonly isRight: boolean; readonly isRehashDue: boolean } | undefined;
  /** Does the work of one `verify`, for nothing. */
  spend(): void;
}

/** The library takes no salt below 16 bytes; none that the firmware ever wrote is shorter. */
const phcPattern =
  /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$[A-Za-z0-9+/]{22,}\$[A-Za-z0-9+/]{22,}$/;

let loaded: typeof Argon2 | undefined;

/** Loading it takes about as long as starting Node: only those pay for it who hash a password. */
function argon2(): typeof Argon2 {
  loaded ??= createRequire(import.meta.url)('@node-rs/argon2') as typeof Argon2;
  return loaded;
}

/** Salts come from the board. Hashing is synchronous: some 10 ms of real time at cost `owasp`. */
export function createPasswordHasher(random: RandomSource, costName: PasswordCost): PasswordHasher {
  const cost = costs[costName];
  return {
    hash: (password) => argon2().hashSync(password, { ...cost, salt: random.bytes(saltBytes) }),
    verify(phc, password) {
      const [, memory, time, parallelism] = phcPattern.exec(phc) ?? [];
      if (memory === undefined) return undefined;
      const isRehashDue =
        Number(memory) !== cost.memoryCost ||
        Number(time) !== cost.timeCost ||
        Number(parallelism) !== cost.parallelism;
      return { isRight: argon2().verifySync(phc, password), isRehashDue };
    },
    spend: () => void argon2().hashSync('', { ...cost, salt: new Uint8Array(saltBytes) }),
  };
}
