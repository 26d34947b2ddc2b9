import { expect } from 'vitest';
import { StoreError } from '#firmware/store/store';
import type { BoardOptions } from '#sim/board';
import type { FlashImage } from '#sim/parts/flash-image';
import { tablesOf } from '../services-rig.ts';
import { type Enrolled, TwoStepRig } from './two-step-rig.ts';

/** How a flash treats what was not synced when the power failed. */
export type Flash = NonNullable<BoardOptions['flash']>;

/** How thorough the proof is: `NASBOARD_PROOF=full` takes minutes. */
const seeds = process.env['NASBOARD_PROOF'] === 'full' ? 20 : 1;

/** The flashes that every change is tried on. */
export const flashes: readonly Flash[] = [
  { unsynced: 'random', sectorSize: 512 },
  { unsynced: 'tear', sectorSize: 512, tearSize: 128 },
  { unsynced: 'lose', sectorSize: 4096 },
  { unsynced: 'keep', sectorSize: 4096 },
];

/** A flash on which Maria has 2-step verification, and a device; Bob and the group `staff` not. */
export interface Scene {
  readonly seed: number;
  readonly image: FlashImage;
  readonly maria: Enrolled;
  readonly bobId: number;
  readonly staffId: number;
  /** What Maria's device shows in place of a code. */
  readonly deviceToken: string;
}

/** A change once all is ready for it; answers whether it was done. */
export type Change = (rig: TwoStepRig, scene: Scene) => () => boolean;

/** The seed makes the device key. */
export function scene(flash: Flash, seed: number): Scene {
  const rig = new TwoStepRig({ seed, flash });
  const maria = rig.addEnrolled('maria', { number: 1, answer: 'Rex' });
  const bobId = rig.addUser('bob');
  const { accounts, signIn } = rig.services;
  accounts.createGroup('staff');
  accounts.addMember({ group: 'staff', user: 'bob' });
  const { pendingId } = rig.secondStep('maria');
  const proof = { kind: 'recovery-code', code: maria.recoveryCodes[9] ?? '' } as const;
  const outcome = signIn.verify(pendingId, proof, { rememberDevice: true });
  const deviceToken = outcome.kind === 'signed-in' ? outcome.device?.token : undefined;
  const staffId = accounts.group('staff')?.id;
  if (deviceToken === undefined || staffId === undefined) throw new Error('the scene is not set');
  rig.board.powerOff();
  return { seed, image: rig.board.flash.image(), maria, bobId, staffId, deviceToken };
}

/** A board of its own with the flash of a scene. */
export function rigOf(flash: Flash, { seed, image }: Scene): TwoStepRig {
  return new TwoStepRig({ seed, flash: { ...flash, image } });
}

/** All that is stored, with bytes and hashes only by their length: they are drawn by chance. */
function stateOf(rig: TwoStepRig): string {
  return JSON.stringify(tablesOf(rig.services.store), (key: string, value: unknown) => {
    if (value instanceof Uint8Array) return value.length;
    return key.endsWith('_hash') && typeof value === 'string' ? value.length : value;
  });
}

/** False where the power failed in it. */
export function attempt(change: () => boolean): boolean {
  try {
    return change();
  } catch (error) {
    if (error instanceof StoreError && error.reason === 'power-lost') return false;
    throw error;
  }
}

/** What the change does with the power on. */
export function undisturbed(change: Change, flash: Flash, present: Scene) {
  using rig = rigOf(flash, present);
  const before = stateOf(rig);
  const run = change(rig, present);
  const start = rig.board.flash.operations;
  expect(run()).toBe(true);
  return { before, after: stateOf(rig), operations: rig.board.flash.operations - start };
}

/**
 * Cuts the power at each storage operation of a change: it finds what was before or what is after,
 * and never anything between. Answers how many cuts that were.
 */
export function proveAtomic(
  change: Change,
  flash: Flash,
  /** More that must hold of what was found, once the board is up again. */
  check: (rig: TwoStepRig, present: Scene, isAfter: boolean) => void = () => undefined,
): number {
  let cuts = 0;
  for (let seed = 1; seed <= seeds; seed += 1) {
    const present = scene(flash, seed);
    const { before, after, operations } = undisturbed(change, flash, present);
    expect(after).not.toBe(before);
    const seen = new Set<string>();
    for (let cutAt = 1; cutAt <= operations + 1; cutAt += 1) {
      using rig = rigOf(flash, present);
      const run = change(rig, present);
      rig.board.flash.cutPowerAfterWrites(cutAt);
      const isDone = attempt(run);
      rig.bootWell();
      expect(rig.services.store.checkIntegrity()).toBeUndefined();
      const found = stateOf(rig);
      expect(isDone ? [after] : [before, after], `seed ${seed}, cut ${cutAt}`).toContain(found);
      seen.add(found);
      // Where there was no such operation the cut is still to come: it is put off.
      rig.board.flash.cutPowerAfterWrites(1_000_000);
      check(rig, present, found === after);
      cuts += 1;
    }
    expect(seen).toEqual(new Set([before, after]));
  }
  return cuts;
}
