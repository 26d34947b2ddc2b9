import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type BuzzerActs,
  buzzerSuite,
  type LedsActs,
  ledsSuite,
  reopening,
} from '#hal/conformance/index';
import type { LedColour, Leds } from '#hal/led';
import type { BoardFile } from '#hal/linux/board-file';
import { openBuzzer, openLeds } from '#hal/linux/wired-parts';
import type { PartCheck } from './check-bench.ts';
import type { Person } from './person.ts';
import { tellCheck, tellSuite, tellSuiteAndClose } from './suite-rows.ts';
import { wiringOf, wiringOfLeds } from './wiring-text.ts';

const nobodyLooks = 'nobody looks: needs a terminal';
const nobodyHears = 'nobody listens: needs a terminal';

/**
 * The status LED. What the kernel says of its LEDs is read back, and whoever is there is asked
 * whether the right ones light up; LEDs that cannot be read back are looked at for each check.
 */
export function ledsCheck({ leds }: BoardFile): PartCheck {
  const readBack = readBackOf(leds);
  return {
    port: 'leds',
    title: 'status LED',
    wiring: wiringOfLeds(leds),
    async run(bench, tell) {
      const { person } = bench;
      const colour = readBack ?? (person === undefined ? undefined : () => seenBy(person));
      const rig = await reopening(
        () => openLeds(bench.file, bench),
        ({ restart }): Partial<LedsActs> => ({ restart, ...(colour !== undefined && { colour }) }),
      );
      try {
        const limits = { impossible: {}, missing: nobodyLooks };
        await tellSuite(ledsSuite, { subject: rig.subject, limits }, { bench, tell });
        if (readBack === undefined) return;
        for (const shown of ['green', 'red', 'off'] as const) {
          const name = `is seen ${shown === 'off' ? 'dark' : shown} when it is`;
          if (person === undefined) {
            tell({ name, elapsedMs: 0, result: 'skipped', reason: nobodyLooks });
          } else {
            const look = (): Promise<void> => expectSeen(rig.subject.port, shown, person);
            await tellCheck(name, look, { bench, tell });
          }
        }
      } finally {
        await rig.close();
      }
    },
  };
}

async function expectSeen(leds: Leds, shown: LedColour, person: Person): Promise<void> {
  leds.status.set(shown);
  try {
    const name = shown === 'off' ? 'dark' : shown;
    if ((await person.ask(`is the status LED ${name}?`, 'yn')) === 'y') return;
    throw new Error(`the driver says ${name}, and it is not: are the LEDs swapped or not wired?`);
  } finally {
    leds.status.set('off');
  }
}

async function seenBy(person: Person): Promise<LedColour> {
  const answer = await person.ask('what is the status LED: green, red or dark?', 'grd');
  return answer === 'g' ? 'green' : answer === 'r' ? 'red' : 'off';
}

/** The colour by the kernel's word; nothing where it has none. */
function readBackOf(leds: BoardFile['leds']): (() => LedColour) | undefined {
  if ('driver' in leds) return undefined;
  const { green, red } = leds.status;
  if (typeof green !== 'string' || typeof red !== 'string') return undefined;
  return () => {
    const [isGreen, isRed] = [isLit(green), isLit(red)];
    if (isGreen && isRed) throw new Error('green and red are lit at once');
    if (isGreen) return 'green';
    return isRed ? 'red' : 'off';
  };
}

function isLit(folder: string): boolean {
  return Number.parseInt(readFileSync(join(folder, 'brightness'), 'utf8'), 10) > 0;
}

/** The buzzer; nobody but a person can say whether it sounds. */
export function buzzerCheck(buzzer: NonNullable<BoardFile['buzzer']>): PartCheck {
  return {
    port: 'buzzer',
    title: 'buzzer',
    wiring: wiringOf(buzzer),
    async run(bench, tell) {
      const { person } = bench;
      const rig = await reopening(
        () => openBuzzer(bench.file, bench),
        ({ restart }): Partial<BuzzerActs> => ({
          restart,
          ...(person !== undefined && {
            isSounding: async () => (await person.ask('does the buzzer sound now?', 'yn')) === 'y',
          }),
        }),
      );
      const limits = { impossible: {}, missing: nobodyHears };
      await tellSuiteAndClose(buzzerSuite, { ...rig, limits }, { bench, tell });
    },
  };
}
