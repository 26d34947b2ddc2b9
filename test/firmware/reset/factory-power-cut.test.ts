import { describe, expect, it } from 'vitest';
import { type Store, StoreError } from '#firmware/store/store';
import type { BoardOptions } from '#sim/board';
import { hostTurn } from '#sim/kernel/host-turn';
import type { FlashImage } from '#sim/parts/flash-image';
import { ServicesRig, tablesOf } from '../services-rig.ts';
import { livedIn, ownPassword, resets } from './factory-rig.ts';

type ResetKind = keyof typeof resets;
type Flash = NonNullable<BoardOptions['flash']>;

/** How thorough the proof is: `NASBOARD_PROOF=full` takes minutes. */
const seeds = process.env['NASBOARD_PROOF'] === 'full' ? 40 : 2;

/** One board whatever the seed: what one rig sealed, the next can read. */
const deviceKey = new Uint8Array(32).fill(7);

/** All that is stored; of mails only the length: chance is in how they are sealed. */
function stateOf(store: Store): string {
  return JSON.stringify(tablesOf(store), (key: string, value: unknown) =>
    key === 'sealed' && value instanceof Uint8Array ? value.length : value,
  );
}

/** What a reset does with the power on, on this flash. */
function undisturbed(kind: ResetKind, flash: Flash) {
  // Another seed than those of the cuts: no board draws the same random bytes twice.
  const image = livedIn(new ServicesRig({ deviceKey, flash, seed: 1_000 }));
  const rig = new ServicesRig({ deviceKey, flash: { ...flash, image } });
  const { store } = rig.bootWell();
  const before = stateOf(store);
  const start = rig.board.flash.operations;
  resets[kind](rig.services);
  const operations = rig.board.flash.operations - start;
  return { image, before, after: stateOf(store), operations };
}

interface Cut {
  readonly kind: ResetKind;
  readonly flash: Flash & { readonly image: FlashImage };
  readonly seed: number;
  readonly cutAt: number;
  readonly isLying?: boolean;
}

type Finding = 'before' | 'after' | { readonly problem: string };

/** Cuts the power in the midst of a reset, boots, and says which settings there are. */
function cutReset(cut: Cut, known: { readonly before: string; readonly after: string }): Finding {
  const rig = new ServicesRig({ deviceKey, flash: cut.flash, seed: cut.seed });
  try {
    return cutResetOf(rig, cut, known);
  } finally {
    rig.cutPower();
  }
}

function cutResetOf(
  rig: ServicesRig,
  { kind, cutAt, isLying = false }: Cut,
  known: { readonly before: string; readonly after: string },
): Finding {
  rig.bootWell();
  if (isLying) rig.board.flash.lieAboutSync(true);
  rig.board.flash.cutPowerAfterWrites(cutAt);
  let isAcknowledged = true;
  try {
    resets[kind](rig.services);
  } catch (error) {
    if (!(error instanceof StoreError) || error.reason !== 'power-lost') throw error;
    isAcknowledged = false;
  }
  const boot = rig.boot();
  if (!boot.ok) return { problem: `no boot: ${boot.reason}: ${boot.detail}` };
  const { store, accounts } = rig.services;
  const fault = store.checkIntegrity();
  if (fault !== undefined) return { problem: `integrity: ${fault}` };
  const found = stateOf(store);
  if (found !== known.before && found !== known.after) return { problem: `a mixture: ${found}` };
  const isAfter = found === known.after;
  if (isAcknowledged && !isAfter) return { problem: 'an acknowledged reset was lost' };
  const password = isAfter ? accounts.defaultPassword : ownPassword;
  if (!accounts.authenticate('admin', password).ok) return { problem: 'admin cannot log in' };
  return isAfter ? 'after' : 'before';
}

const flashes: readonly Flash[] = (['random', 'keep', 'lose', 'tear', 'garble'] as const).flatMap(
  (unsynced) => [
    { unsynced, sectorSize: 512 },
    { unsynced, sectorSize: 512, tearSize: 128 },
    { unsynced, sectorSize: 4096 },
    { unsynced, sectorSize: 4096, tearSize: 512 },
  ],
);

describe.each<ResetKind>(['basic', 'advanced'])('a power cut in the %s reset', (kind) => {
  it.each(flashes)(
    'leaves the settings of before or of after, at every operation, on %j',
    async (flash) => {
      const { image, operations, ...known } = undisturbed(kind, flash);
      expect(operations).toBeGreaterThan(4);
      expect(known.after).not.toBe(known.before);
      const findings: Finding[] = [];
      for (let seed = 1; seed <= seeds; seed += 1) {
        for (let cutAt = 1; cutAt <= operations; cutAt += 1) {
          const finding = cutReset({ kind, flash: { ...flash, image }, seed, cutAt }, known);
          if (typeof finding !== 'string') {
            throw new Error(`seed ${seed}, cut at ${cutAt} of ${operations}: ${finding.problem}`);
          }
          findings.push(finding);
        }
        // What boards of before held is let go of in a turn of the event loop, and not before.
        await hostTurn();
      }
      // The first operation cannot have done it; else the cuts would prove nothing.
      expect(findings[0]).toBe('before');
      // And where nothing is lost, the last one must have.
      if (flash.unsynced === 'keep') expect(findings.at(-1)).toBe('after');
    },
  );

  it('leaves those of after once it is through', () => {
    const { image, operations, ...known } = undisturbed(kind, { unsynced: 'lose' });
    const flash = { unsynced: 'lose', image } as const;
    expect(cutReset({ kind, flash, seed: 1, cutAt: operations + 1 }, known)).toBe('after');
  });

  it('is seen to do harm on a flash that lies about having synced', () => {
    const { image, operations, ...known } = undisturbed(kind, { unsynced: 'random' });
    const flash = { unsynced: 'random', image } as const;
    const problems: Finding[] = [];
    for (let seed = 1; seed <= 5; seed += 1) {
      for (let cutAt = 1; cutAt <= operations + 1; cutAt += 1) {
        const finding = cutReset({ kind, flash, seed, cutAt, isLying: true }, known);
        if (typeof finding !== 'string') problems.push(finding);
      }
    }
    expect(problems.length).toBeGreaterThan(0);
  });
});
