import {
  type CheckOutcome,
  type ConformanceSuite,
  type ReopeningRig,
  runCheck,
  type Subject,
} from '#hal/conformance/index';
import { isHalError } from '#hal/errors';
import { type CheckBench, type CheckRow, LeftOut, Stopped } from './check-bench.ts';

/** What cannot be done to a part, and why; checks that need it are left out. */
export interface Limits {
  /** Acts that a board in use does not survive, or that take more than a hand. */
  readonly impossible: Readonly<Record<string, string>>;
  /** Why an act is missing that could be had. */
  readonly missing?: string;
  /** Checks, by their names, that cannot be judged here. */
  readonly unjudged?: Readonly<Record<string, string>>;
  /** A board may be without what `not-present` is said of: nobody has said that it is there. */
  readonly mayBeAbsent?: boolean;
}

type Tell = (row: CheckRow) => void;

/** Runs a suite, one check after the other, and tells of each. */
export async function tellSuite<Port, Acts>(
  suite: ConformanceSuite<Port, Acts>,
  rig: { readonly subject: Subject<Port, Acts>; readonly limits: Limits },
  { bench, tell }: { readonly bench: CheckBench; readonly tell: Tell },
): Promise<void> {
  for (const check of suite.checks) {
    const left = bench.signal.aborted
      ? resultOf(new Stopped())
      : leftOut(check, rig.subject.act, rig.limits);
    if (left !== undefined) {
      tell({ name: check.name, elapsedMs: 0, ...left });
      continue;
    }
    const beganMs = bench.clock.now();
    const outcome = await runCheck(suite, check, rig.subject);
    const row = rowOf(outcome, bench.clock.now() - beganMs);
    tell(isAbsent(outcome) && rig.limits.mayBeAbsent === true ? absent(row) : row);
  }
}

/** The same on a driver that was opened for it, and is closed then whatever comes. */
export async function tellSuiteAndClose<Port, Acts>(
  suite: ConformanceSuite<Port, Acts>,
  rig: ReopeningRig<Port, Acts> & { readonly limits: Limits },
  reporting: { readonly bench: CheckBench; readonly tell: Tell },
): Promise<void> {
  try {
    await tellSuite(suite, rig, reporting);
  } finally {
    await rig.close();
  }
}

/** A check that is ours and in no suite. */
export async function tellCheck(
  name: string,
  run: () => void | Promise<void>,
  { bench, tell }: { readonly bench: CheckBench; readonly tell: Tell },
): Promise<boolean> {
  const beganMs = bench.clock.now();
  const elapsedMs = (): number => bench.clock.now() - beganMs;
  try {
    await run();
    tell({ name, elapsedMs: elapsedMs(), result: 'passed' });
    return true;
  } catch (error) {
    tell({ name, elapsedMs: elapsedMs(), ...resultOf(error) });
    return false;
  }
}

/** Why a check is left out; nothing where it can be made. */
export function leftOut(
  { name, needs }: { readonly name: string; readonly needs: readonly string[] },
  acts: object,
  { impossible, missing = 'nobody acts here', unjudged = {} }: Limits,
): { readonly result: 'skipped' | 'impossible'; readonly reason: string } | undefined {
  const reason = unjudged[name];
  if (reason !== undefined) return { result: 'impossible', reason };
  const lacking = needs.filter((act) => !(act in acts));
  const never = lacking.find((act) => impossible[act] !== undefined);
  if (never !== undefined) return { result: 'impossible', reason: impossible[never] ?? '' };
  return lacking.length === 0 ? undefined : { result: 'skipped', reason: missing };
}

/** What became of a check of a suite. */
export function rowOf(outcome: CheckOutcome, elapsedMs: number): CheckRow {
  const { name } = outcome;
  if (outcome.result === 'passed') return { name, elapsedMs, result: 'passed' };
  if (outcome.result === 'failed') return { name, elapsedMs, ...resultOf(outcome.error) };
  return { name, elapsedMs, result: 'impossible', reason: outcome.reason };
}

function isAbsent(outcome: CheckOutcome): boolean {
  return (
    outcome.result === 'failed' && isHalError(outcome.error) && outcome.error.code === 'not-present'
  );
}

function absent({ name, elapsedMs }: CheckRow): CheckRow {
  return { name, elapsedMs, result: 'impossible', reason: 'this board has none' };
}

function resultOf(error: unknown): {
  readonly result: 'failed' | 'skipped';
  readonly reason: string;
} {
  const reason = error instanceof Error ? error.message : String(error);
  const isLeftOut = error instanceof LeftOut || error instanceof Stopped;
  return { result: isLeftOut ? 'skipped' : 'failed', reason };
}
