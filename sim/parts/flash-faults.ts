import type { HalErrorCode } from '#hal/errors';
import { UsageError } from '../kernel/invariant.ts';

/** What is to happen to an operation that begins. */
export type OperationVerdict =
  | { readonly kind: 'go-on' }
  | { readonly kind: 'cut-power' }
  | { readonly kind: 'fail'; readonly code: HalErrorCode };

interface OrderedFault {
  readonly name: string;
  /** Operations it waits for or still applies to. */
  remaining: number;
  tookEffect: boolean;
}

const goOn: OperationVerdict = { kind: 'go-on' };
const cutPower: OperationVerdict = { kind: 'cut-power' };

/** The faults ordered of one flash, and whether each took effect. */
export class FlashFaults {
  #cut: OrderedFault | undefined;
  #failing: (OrderedFault & { readonly code: HalErrorCode }) | undefined;
  #lie: OrderedFault | undefined;
  #flip: OrderedFault | undefined;

  orderCut(count: number): void {
    this.#cut = order('cut-power-after-writes', count);
  }

  orderFailing(count: number, code: HalErrorCode): void {
    this.#failing = { ...order('fail-writes', count), code };
  }

  orderLie(isLying: boolean): void {
    this.#lie = isLying ? order('lie-about-sync', 1) : undefined;
  }

  /** Flips take effect at once, or never where there is nothing to flip. */
  orderFlip(count: number, tookEffect: boolean): void {
    this.#flip = { ...order('flip-bits', count), tookEffect };
  }

  /** Counts an operation that begins and says what becomes of it. */
  begin(): OperationVerdict {
    const cut = this.#cut;
    if (cut !== undefined && !cut.tookEffect) {
      cut.remaining -= 1;
      cut.tookEffect = cut.remaining === 0;
      if (cut.tookEffect) return cutPower;
    }
    const failing = this.#failing;
    if (failing === undefined || failing.remaining === 0) return goOn;
    failing.remaining -= 1;
    failing.tookEffect = true;
    return { kind: 'fail', code: failing.code };
  }

  /** Whether syncs are lies now. */
  get isLying(): boolean {
    return this.#lie !== undefined;
  }

  /** Whether a sync with something to make durable is to be a lie. */
  isSyncALie(): boolean {
    if (this.#lie === undefined) return false;
    this.#lie.tookEffect = true;
    return true;
  }

  /** Names of the faults that have not taken effect so far. */
  get pending(): readonly string[] {
    const ordered = [this.#cut, this.#failing, this.#lie, this.#flip];
    return ordered.flatMap((fault) => (fault === undefined || fault.tookEffect ? [] : fault.name));
  }
}

function order(name: string, count: number): OrderedFault {
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new UsageError(`${name}: ${count} is not a count from 1 on`);
  }
  return { name, remaining: count, tookEffect: false };
}
