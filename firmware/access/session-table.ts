import { createHash } from 'node:crypto';
import type { Clock } from '#hal/clock';
import type { RandomSource } from '#hal/random';
import type { Accounts } from '../accounts/accounts.ts';
import { isDisabled, type User } from '../accounts/users.ts';
import type { Settings } from '../settings/settings.ts';
import { elapsedMs } from '../time/elapsed.ts';
import type { WallClock } from '../time/wall-clock.ts';
import type { TwoStep } from '../two-step/two-step.ts';
import type {
  NewSession,
  Session,
  SessionInfo,
  SessionLimit,
  SessionOrigin,
  Sessions,
} from './sessions.ts';

/** What sessions work with. */
export interface SessionDeps {
  readonly clock: Clock;
  readonly random: RandomSource;
  readonly accounts: Accounts;
  readonly settings: Settings;
  readonly wallClock: Pick<WallClock, 'nowMs'>;
  readonly twoStep: Pick<TwoStep, 'status'>;
}

/** No session lasts longer, however busy it is. */
const sessionLifeMs = 12 * 3_600_000;

const tokenBytes = 16;
const idBytes = 8;

/** So many of one user are kept; the oldest ends first. */
const sessionsOfUserMax = 64;

interface Entry extends SessionOrigin {
  readonly id: string;
  readonly userId: number;
  readonly openedAtMs: number;
  readonly beganAtMs: number;
  usedAtMs: number;
  epoch: number;
  limitedTo: SessionLimit;
}

/** Sessions by the hash of their token; see `Sessions`. */
export class SessionTable implements Sessions {
  readonly #deps: SessionDeps;
  readonly #entries = new Map<string, Entry>();

  constructor(deps: SessionDeps) {
    this.#deps = deps;
  }

  open(user: User, { via, address, application }: SessionOrigin): NewSession {
    const { random, clock, wallClock } = this.#deps;
    const own = [...this.#entries].filter(([, entry]) => entry.userId === user.id);
    const [oldest] = own;
    if (own.length >= sessionsOfUserMax && oldest !== undefined) this.#entries.delete(oldest[0]);
    const token = Buffer.from(random.bytes(tokenBytes)).toString('base64url');
    const now = clock.now();
    const entry: Entry = {
      id: Buffer.from(random.bytes(idBytes)).toString('hex'),
      userId: user.id,
      openedAtMs: Math.floor(wallClock.nowMs()),
      beganAtMs: now,
      usedAtMs: now,
      epoch: user.sessionEpoch,
      limitedTo: this.#limitOf(user),
      via,
      address,
      application,
    };
    this.#entries.set(hashOf(token), entry);
    return { token, id: entry.id, user, limitedTo: entry.limitedTo };
  }

  find(token: string): Session | undefined {
    const key = hashOf(token);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    const user = this.#goodUser(entry);
    if (user === undefined) {
      this.#entries.delete(key);
      return undefined;
    }
    entry.usedAtMs = this.#deps.clock.now();
    if (entry.limitedTo !== undefined && entry.limitedTo !== this.#limitOf(user)) {
      entry.limitedTo = this.#limitOf(user);
    }
    return { ...infoOf(entry, user), user };
  }

  end(id: string): boolean {
    const found = this.#good().find(([, entry]) => entry.id === id);
    return found !== undefined && this.#entries.delete(found[0]);
  }

  endAll(userId: number, except?: string): void {
    const epoch = this.#deps.accounts.userById(userId)?.sessionEpoch;
    for (const [key, entry] of this.#entries) {
      if (entry.userId !== userId) continue;
      if (entry.id === except && epoch !== undefined) entry.epoch = epoch;
      else this.#entries.delete(key);
    }
  }

  of(userId: number): readonly SessionInfo[] {
    return this.all().filter((info) => info.userId === userId);
  }

  all(): readonly SessionInfo[] {
    return this.#good().map(([, entry, user]) => infoOf(entry, user));
  }

  /** Drops what is over, and answers the rest. */
  #good(): readonly (readonly [key: string, entry: Entry, user: User])[] {
    return [...this.#entries].flatMap(([key, entry]) => {
      const user = this.#goodUser(entry);
      if (user !== undefined) return [[key, entry, user] as const];
      this.#entries.delete(key);
      return [];
    });
  }

  #goodUser(entry: Entry): User | undefined {
    const { accounts, clock, wallClock } = this.#deps;
    const now = clock.now();
    if (elapsedMs(entry.beganAtMs, now) >= sessionLifeMs) return undefined;
    if (elapsedMs(entry.usedAtMs, now) >= this.#idleLimitMs(entry)) return undefined;
    const user = accounts.userById(entry.userId);
    if (user === undefined || user.sessionEpoch !== entry.epoch) return undefined;
    return isDisabled(user, wallClock.nowMs()) ? undefined : user;
  }

  #idleLimitMs({ via }: Entry): number {
    const key = via === 'serial' ? 'console.idleMinutes' : 'session.idleMinutes';
    return this.#deps.settings.get(key) * 60_000;
  }

  #limitOf(user: User): SessionLimit {
    if (user.usesDefaultPassword) return 'change-password';
    return this.#deps.twoStep.status(user.id) === 'incomplete' ? 'set-up-2sv' : undefined;
  }
}

function infoOf(entry: Entry, user: User): SessionInfo {
  const { id, userId, openedAtMs, limitedTo, via, address, application } = entry;
  return { id, userId, userName: user.name, openedAtMs, limitedTo, via, address, application };
}

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64');
}
