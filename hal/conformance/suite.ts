import { isHalError, type HalErrorCode, type PortName } from '../errors.ts';

/**
 * What a suite is run on: the port, and what the rig around it can do. An act that a rig cannot do
 * is left out; checks that need it are then reported as unsupported, never as passed.
 */
export interface Subject<Port, Acts> {
  /** The port of the life under way, read anew for each check: acts may restart the board. */
  readonly port: Port;
  readonly act: Partial<Acts>;
}

/** One rule of a port's contract. */
export interface ConformanceCheck<Port, Acts> {
  /** The rule as a sentence about the port, without a subject: `reads back what was written`. */
  readonly name: string;
  /** What the rig must be able to do. */
  readonly needs: readonly (keyof Acts & string)[];
  /** Fails by throwing; call it through `runCheck`, which looks at `needs` first. */
  readonly run: (subject: Subject<Port, Acts>) => void | Promise<void>;
}

/** All rules of one port. Knows no test runner: a loop over `checks` puts it into any. */
export interface ConformanceSuite<Port, Acts> {
  readonly port: PortName;
  readonly checks: readonly ConformanceCheck<Port, Acts>[];
}

/** What became of one check. */
export type CheckOutcome = {
  readonly port: PortName;
  readonly name: string;
} & (
  | { readonly result: 'passed' }
  | { readonly result: 'failed'; readonly error: unknown }
  | { readonly result: 'unsupported'; readonly reason: string }
);

/** A port that breaks its contract: what was expected of it and what was seen. */
export class ConformanceFailure extends Error {
  override readonly name = 'ConformanceFailure';
  readonly expected: unknown;
  readonly seen: unknown;

  constructor(what: string, values: { readonly expected: unknown; readonly seen: unknown }) {
    super(`${what}: expected ${show(values.expected)}, seen ${show(values.seen)}`);
    this.expected = values.expected;
    this.seen = values.seen;
  }
}

/** Runs all checks, one after the other, on one subject; never rejects. */
export async function runSuite<Port, Acts>(
  suite: ConformanceSuite<Port, Acts>,
  subject: Subject<Port, Acts>,
): Promise<CheckOutcome[]> {
  const outcomes: CheckOutcome[] = [];
  for (const check of suite.checks) outcomes.push(await runCheck(suite, check, subject));
  return outcomes;
}

/** Runs one check; never rejects. A driver that answers `unsupported` is that, not a failure. */
export async function runCheck<Port, Acts>(
  suite: ConformanceSuite<Port, Acts>,
  check: ConformanceCheck<Port, Acts>,
  subject: Subject<Port, Acts>,
): Promise<CheckOutcome> {
  const about = { port: suite.port, name: check.name };
  const missing = check.needs.filter((act) => subject.act[act] === undefined);
  if (missing.length > 0) {
    return { ...about, result: 'unsupported', reason: `the rig cannot ${missing.join(', ')}` };
  }
  try {
    await check.run(subject);
    return { ...about, result: 'passed' };
  } catch (error) {
    if (isHalError(error) && error.code === 'unsupported') {
      return { ...about, result: 'unsupported', reason: error.message };
    }
    return { ...about, result: 'failed', error };
  }
}

/** Builds the checks of one port; each sees as present exactly the acts that it needs. */
export function checksOf<Port, Acts>() {
  return <Needed extends keyof Acts & string = never>(
    name: string,
    needs: readonly Needed[],
    run: (subject: {
      readonly port: Port;
      readonly act: Partial<Acts> & Required<Pick<Acts, Needed>>;
    }) => void | Promise<void>,
  ): ConformanceCheck<Port, Acts> => ({
    name,
    needs,
    // Sound because `runCheck` has seen all that is needed.
    run: run as ConformanceCheck<Port, Acts>['run'],
  });
}

/** Fails unless `seen` is the same value as `expected`; bytes and lists are compared by content. */
export function expectSame(what: string, seen: unknown, expected: unknown): void {
  if (!isSame(seen, expected)) throw new ConformanceFailure(what, { expected, seen });
}

/** Fails unless the condition holds. */
export function expectThat(
  isSo: boolean,
  what: string,
  values: { readonly expected: unknown; readonly seen: unknown },
): void {
  if (!isSo) throw new ConformanceFailure(what, values);
}

/**
 * Fails unless the call throws a `HalError` with that code. A driver that answers `unsupported`
 * instead is heard: the error goes on, and the check is reported as that.
 */
export async function expectHalError(
  what: string,
  code: HalErrorCode,
  call: () => unknown,
): Promise<void> {
  let seen: unknown = 'no error';
  try {
    await call();
  } catch (error) {
    if (isHalError(error) && error.code === 'unsupported' && code !== 'unsupported') throw error;
    seen = isHalError(error) ? error.code : error;
  }
  expectSame(what, seen, code);
}

function isSame(a: unknown, b: unknown): boolean {
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((value, place) => isSame(value, b[place]));
  }
  return Object.is(a, b);
}

const shownBytesMax = 24;

function show(value: unknown): string {
  if (value instanceof Uint8Array) {
    const start = Buffer.from(value.subarray(0, shownBytesMax)).toString('hex');
    return `${value.length} bytes ${start}${value.length > shownBytesMax ? '…' : ''}`;
  }
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (typeof value === 'string') return JSON.stringify(value);
  return Array.isArray(value) ? `[${value.map(show).join(', ')}]` : String(value);
}
