import { Crystal, type CrystalState } from '../kernel/crystal.ts';
import type { TraceValue } from '../kernel/trace.ts';
import type { World } from '../kernel/world.ts';
import { requestVersion, spoil, writeReply } from './time-packet.ts';
import {
  checkedBehaviour,
  honest,
  type Spoof,
  type TimeServerBehaviour,
} from './time-server-behaviour.ts';

/**
 * So far an exchange gets: the name is looked up, a request leaves, it is there, a reply leaves.
 */
export type TimeServerStage = 'lookup' | 'request' | 'arrival' | 'reply';

/** A server at one instant. */
export interface TimeServerState {
  readonly name: string;
  readonly behaviour: TimeServerBehaviour;
  readonly clock: CrystalState;
}

type Field = keyof TimeServerBehaviour;

interface Mark {
  readonly field: Field;
  isMet: boolean;
}

/** Where a client meets what is set of a server; all else in its reply. */
const stages: Partial<Readonly<Record<Field, TimeServerStage>>> = {
  dns: 'lookup',
  loss: 'request',
  delayUs: 'request',
  jitterUs: 'request',
  asymmetry: 'request',
  reachable: 'request',
  silent: 'arrival',
  spoof: 'arrival',
};

const leapIndicators = { none: 0, insert: 1, delete: 2, unsynchronised: 3 } as const;

/** What a server asks itself, of stratum 1 and above it; the address is nobody's (RFC 5737). */
const satellites = Uint8Array.from(Buffer.from('GPS\0'));
const upstream = Uint8Array.of(192, 0, 2, 1);

/** What whoever forges a reply pretends to be. */
const forged = { leap: 0, version: 4, stratum: 2, referenceId: upstream } as const;

/**
 * A time server of a world: it answers requests of NTP (RFC 5905) from a clock of its own, which is
 * right until told otherwise. It announces leap seconds and makes none: that is a change of its
 * offset.
 */
export class TimeServer {
  readonly name: string;
  readonly #world: World;
  readonly #changeListeners = new Set<() => void>();
  readonly #unmet = new Map<Field, Mark>();
  #clock: Crystal;
  #behaviour: TimeServerBehaviour;

  /** It differs from the honest one as `behaviour` says. */
  constructor(world: World, name: string, behaviour: Partial<TimeServerBehaviour> = {}) {
    this.name = name.toLowerCase();
    this.#world = world;
    this.#behaviour = { ...honest, ...behaviour };
    this.#clock = new Crystal({ trueUs: world.nowUs, countUs: world.nowUs, ppm: 0 });
  }

  /** How it behaves, as it was set: a drift has moved its clock on since. */
  get behaviour(): TimeServerBehaviour {
    return this.#behaviour;
  }

  /** What it believes the time is, ms since the epoch. */
  get nowMs(): number {
    return this.#clock.countAt(this.#world.nowUs) / 1000;
  }

  /**
   * It behaves differently from now on; what is not named stays. The answer tells which of the
   * changes no client has met so far.
   */
  set(change: Partial<TimeServerBehaviour>): () => readonly Field[] {
    checkedBehaviour(change);
    const fields = Object.keys(change) as Field[];
    this.#world.trace.stimulus('ntp', 'set', { server: this.name, ...traced(change) });
    this.#behaviour = { ...this.#behaviour, ...change };
    this.#setClock(change);
    const marks = fields.map((field): Mark => ({ field, isMet: false }));
    for (const mark of marks) this.#unmet.set(mark.field, mark);
    for (const listener of this.#changeListeners) listener();
    return () => marks.filter(({ isMet }) => !isMet).map(({ field }) => field);
  }

  /** Hears of each change; the answer stops it. */
  onChange(listener: () => void): () => void {
    this.#changeListeners.add(listener);
    return () => this.#changeListeners.delete(listener);
  }

  /** An exchange has got so far. */
  meet(stage: TimeServerStage): void {
    for (const [field, mark] of this.#unmet) {
      if ((stages[field] ?? 'reply') !== stage) continue;
      mark.isMet = true;
      this.#unmet.delete(field);
    }
  }

  /** What it answers a request that is there now; undefined where that is none. */
  answer(request: Uint8Array): Uint8Array | undefined {
    const version = requestVersion(request);
    if (version === undefined) return undefined;
    const { kiss, stratum, leap, garbled } = this.#behaviour;
    if (garbled) return Buffer.from('no time today');
    const nowUs = this.#clock.countAt(this.#world.nowUs);
    if (kiss !== undefined) {
      const { unsynchronised } = leapIndicators;
      const referenceId = Buffer.from(kiss);
      return writeReply(request, { leap: unsynchronised, version, stratum: 0, referenceId, nowUs });
    }
    const referenceId = stratum === 1 ? satellites : upstream;
    return writeReply(request, {
      leap: leapIndicators[leap],
      version,
      stratum,
      referenceId,
      nowUs,
    });
  }

  /** A reply as somebody else would make it up; `guess` is what it may echo of the request. */
  forge(request: Uint8Array, { offsetMs, flaw }: Spoof, guess: Uint8Array): Uint8Array {
    const nowUs = this.#world.nowUs + Math.round(offsetMs * 1000);
    const reply = writeReply(request, { ...forged, nowUs });
    spoil(reply, flaw, guess);
    return reply;
  }

  /** Behaviour and clock as plain data. */
  save(): TimeServerState {
    return { name: this.name, behaviour: this.behaviour, clock: this.#clock.save() };
  }

  /** Puts them as they were. */
  restore({ behaviour, clock }: TimeServerState): void {
    this.#behaviour = behaviour;
    this.#clock = Crystal.restore(clock);
  }

  #setClock({ offsetMs, driftPpm }: Partial<TimeServerBehaviour>): void {
    const { nowUs } = this.#world;
    if (driftPpm !== undefined) this.#clock.setPpm(nowUs, driftPpm);
    if (offsetMs !== undefined) this.#clock.setCount(nowUs, nowUs + Math.round(offsetMs * 1000));
  }
}

function traced(change: Partial<TimeServerBehaviour>): { readonly [field: string]: TraceValue } {
  const fields = Object.entries(change).map(([field, value]) => [field, value ?? null]);
  return Object.fromEntries(fields) as { readonly [field: string]: TraceValue };
}
