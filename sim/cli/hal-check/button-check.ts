import type { Button } from '#hal/button';
import { type ButtonActs, buttonSuite, reopening, type Subject } from '#hal/conformance/index';
import type { BoardFile } from '#hal/linux/board-file';
import type { Closable } from '#hal/linux/closable';
import { openResetButton } from '#hal/linux/wired-parts';
import { runAct } from './act-command.ts';
import { ButtonHand, LetGoTooEarly } from './button-hand.ts';
import type { CheckBench, CheckRow, PartCheck } from './check-bench.ts';
import { leftOut, rowOf, tellCheck } from './suite-rows.ts';
import { runTogether } from './together.ts';
import { wiringOfButton } from './wiring-text.ts';

/** What presses RESET. */
interface Presser {
  readonly press: () => Promise<void>;
  readonly release: () => Promise<void>;
}

const missing = 'nobody presses RESET: needs a terminal, or --act-press and --act-release';

/** How often a person who let go too early is asked again. */
const attemptsMax = 3;

type OpenButton = Button & Closable;

/** The RESET button. */
export function buttonCheck(file: BoardFile): PartCheck {
  return {
    port: 'reset-button',
    title: 'reset button',
    wiring: wiringOfButton(file.resetButton),
    async run(bench, tell) {
      const rig = await reopening<OpenButton, ButtonActs>(
        () => openResetButton(bench.file, bench),
        ({ port, restart }) => actsOf(bench, presserOn(port, bench), restart),
      );
      try {
        await rest(bench);
        const isReleased = await tellCheck(
          'reads released while nobody presses it',
          () => expectReleased(rig.subject.port),
          { bench, tell },
        );
        if (isReleased) await runChecks(rig.subject, { bench, tell });
      } finally {
        try {
          await rest(bench);
        } finally {
          await rig.close();
        }
      }
    },
  };
}

/** A relay is not left pressed, whatever came before. */
async function rest({ commands }: CheckBench): Promise<void> {
  if (commands !== undefined) await runAct(commands.release);
}

function presserOn(port: () => Button, bench: CheckBench): Presser | undefined {
  const { commands, person } = bench;
  if (commands !== undefined) return pressByCommand(commands, port, bench);
  return person === undefined ? undefined : new ButtonHand(port, { ...bench, person });
}

function actsOf(
  { clock, pass }: CheckBench,
  presser: Presser | undefined,
  restart: () => Promise<Button>,
): Partial<ButtonActs> {
  const always = { nowMs: () => clock.now(), pass };
  if (presser === undefined) return always;
  return { ...always, press: presser.press, release: presser.release, restart };
}

function expectReleased(port: Button): void {
  if (!port.isPressed()) return;
  throw new Error(
    'it reads pressed: is somebody holding it? Else activeLow or bias of the board file are wrong, ' +
      'or the contact is stuck',
  );
}

type ButtonSubject = Subject<Button, ButtonActs>;

/** All that restart nothing share their presses; the others come after. */
async function runChecks(
  subject: ButtonSubject,
  { bench, tell }: { readonly bench: CheckBench; readonly tell: (row: CheckRow) => void },
): Promise<void> {
  const possible = buttonSuite.checks.filter((check) => {
    const left = leftOut(check, subject.act, { impossible: {}, missing });
    if (left !== undefined) tell({ name: check.name, elapsedMs: 0, ...left });
    return left === undefined;
  });
  const restarting = possible.filter(({ needs }) => needs.includes('restart'));
  const plain = possible.filter((check) => !restarting.includes(check));
  const groups = [plain, ...restarting.map((check) => [check])].filter(({ length }) => length > 0);
  for (const group of groups) {
    await rest(bench);
    const beganMs = bench.clock.now();
    const outcomes = await attempt(() => runGroup(group, subject), bench);
    const eachMs = (bench.clock.now() - beganMs) / group.length;
    for (const outcome of outcomes) tell(rowOf(outcome, eachMs));
  }
}

function runGroup(checks: typeof buttonSuite.checks, subject: ButtonSubject) {
  const { press, release } = subject.act;
  const shared = press === undefined || release === undefined ? {} : { press, release };
  return runTogether(buttonSuite, checks, { subject, shared });
}

async function attempt(
  run: () => ReturnType<typeof runGroup>,
  { person }: CheckBench,
): ReturnType<typeof runGroup> {
  for (let attempts = 1; ; attempts += 1) {
    const outcomes = await run();
    const wasEarly = outcomes.some(
      (outcome) => outcome.result === 'failed' && outcome.error instanceof LetGoTooEarly,
    );
    if (!wasEarly || attempts === attemptsMax) return outcomes;
    person?.note('let go too early: once more, please');
  }
}

/** A relay or a rig. The level is waited for, so that a slow one is not taken for a broken one. */
function pressByCommand(
  commands: { readonly press: string; readonly release: string },
  port: () => Button,
  { pass, patience }: CheckBench,
): Presser {
  const turn = async (command: string, isPressed: boolean): Promise<void> => {
    await runAct(command);
    const looks = Math.ceil(commandSettleMs / lookEveryMs);
    for (let look = 0; look < looks && port().isPressed() !== isPressed; look += 1) {
      await pass(lookEveryMs);
    }
    await pass(patience.settleMs);
  };
  return {
    press: () => turn(commands.press, true),
    release: () => turn(commands.release, false),
  };
}

const commandSettleMs = 2_000;
const lookEveryMs = 20;
