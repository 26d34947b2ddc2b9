import { describe, expect, it } from 'vitest';
import type { BoardOptions } from '#sim/board';
import { bootAppliance, type ApplianceBench } from './appliance-bench.ts';

const second = 1_000_000;
const ownPassword = 'Chosen4us';

const fates = ['random', 'keep', 'lose', 'tear', 'garble'] as const;

/** Every combination in the long form, a spread of them in the short one. */
const isFull = process.env['NASBOARD_PROOF'] === 'full';
const variants: readonly Variant[] = isFull
  ? [512, 4_096].flatMap((tearSize) =>
      fates.flatMap((unsynced) => [1, 2, 3, 4, 5].map((seed) => ({ tearSize, unsynced, seed }))),
    )
  : [
      { tearSize: 512, unsynced: 'random', seed: 1 },
      { tearSize: 512, unsynced: 'lose', seed: 2 },
      { tearSize: 4_096, unsynced: 'tear', seed: 3 },
      { tearSize: 4_096, unsynced: 'garble', seed: 4 },
    ];

interface Variant {
  readonly tearSize: number;
  readonly unsynced: (typeof fates)[number];
  readonly seed: number;
}

/** A board whose `admin` has a password and a user of its own making beside it. */
async function bootUsedAppliance({ tearSize, unsynced, seed }: Variant): Promise<ApplianceBench> {
  const flash: NonNullable<BoardOptions['flash']> = { tearSize, unsynced, sectorSize: tearSize };
  const appliance = await bootAppliance({ seed, board: { flash } });
  const lines = ['admin', appliance.bench.board.defaultPassword, ownPassword, ownPassword];
  for (const line of [...lines, 'q', 'y']) await appliance.type(`${line}\r`);
  await appliance.type('setting set network.systemPort 9090\r');
  await appliance.type('group create friends\r');
  await appliance.type('logout\r');
  return appliance;
}

/** What a person finds: which password lets `admin` in, and what is left of the settings. */
async function look(appliance: ApplianceBench): Promise<string> {
  const password = { own: ownPassword, label: appliance.bench.board.defaultPassword };
  for (const [name, word] of Object.entries(password)) {
    appliance.printed();
    await appliance.type('admin\r');
    await appliance.type(`${word}\r`);
    await appliance.run(3);
    const screen = appliance.printed();
    if (/console management|New password: $/.test(screen)) {
      if (name === 'label') {
        await appliance.type('Another4us\r');
        await appliance.type('Another4us\r');
      }
      await appliance.type('q\ry\r');
      await appliance.type('setting get network.systemPort\r');
      await appliance.type('group list\r');
      const found = appliance.printed();
      const port = /9090/.test(found) ? 'own port' : 'port 8080';
      return `${name} password, ${port}, ${/friends/.test(found) ? 'group' : 'no group'}`;
    }
  }
  return 'admin cannot log in';
}

const outcomes = {
  basic: {
    holdSeconds: 3,
    before: 'own password, own port, group',
    after: 'label password, port 8080, group',
  },
  advanced: {
    holdSeconds: 10,
    before: 'own password, own port, group',
    after: 'label password, port 8080, no group',
  },
} as const;

describe.each(['basic', 'advanced'] as const)(
  'a power cut at every write of the %s reset',
  (kind) => {
    const { holdSeconds, before, after } = outcomes[kind];

    /**
     * Cuts at an operation (0 is none at all); answers what is found then, and whether there was
     * such
     * an operation: where there was none the cut is still to come, and what is found says nothing.
     */
    async function cutAt(
      operation: number,
      variant: Variant,
      isLying = false,
    ): Promise<{ found: string; wasCut: boolean }> {
      const appliance = await bootUsedAppliance(variant);
      const { board } = appliance.bench;
      if (operation > 0) board.flash.cutPowerAfterWrites(operation);
      if (isLying) board.flash.lieAboutSync(true);
      board.resetButton.hold(holdSeconds * second);
      await appliance.run(holdSeconds + 1);
      const wasCut = board.flash.pendingFaults.length === 0 || !board.isPowered;
      if (isLying) board.cutPower();
      await appliance.run(10);
      if (!board.isPowered) board.powerOn();
      await appliance.run(10);
      const isReady = appliance.bench.states()['appliance'] === 'ready';
      const found = isReady ? await look(appliance) : 'not ready';
      appliance.bench.stop();
      return { found, wasCut };
    }

    it.each(variants)(
      'leaves what was before or what is after: tear size $tearSize, un-synced $unsynced, seed $seed',
      async (variant) => {
        expect((await cutAt(0, variant)).found).toBe(after);
        for (let operation = 1; operation < 200; operation += 1) {
          const { found, wasCut } = await cutAt(operation, variant);
          if (!wasCut) {
            expect(operation).toBeGreaterThan(10);
            return;
          }
          expect([before, after]).toContain(found);
        }
        expect.unreachable('the reset never came to its end');
      },
      600_000,
    );

    it('is caught when the flash lies about sync', async () => {
      const found = new Set<string>();
      for (let seed = 1; seed <= 6; seed += 1) {
        const outcome = await cutAt(0, { tearSize: 512, unsynced: 'random', seed }, true);
        found.add(outcome.found);
      }
      expect([...found].some((state) => state !== after)).toBe(true);
    });
  },
);
