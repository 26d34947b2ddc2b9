import { isHalError, type HalErrorCode } from '../errors.ts';
import { expectSame, expectThat } from './suite.ts';

/** What came of a call that asks a remote side; `open`: nothing yet. */
export type CallOutcome<T> =
  | { readonly kind: 'answered'; readonly answer: T }
  | { readonly kind: 'rejected'; readonly error: unknown }
  | { readonly kind: 'open' };

/** A name that nobody will ever have (RFC 6761, section 6.4). */
export const nobodysName = 'nobody.invalid';

/** The longest that a call may take which is not aborted, and one which is, ms. */
const patienceMs = 60_000;
const abortPatienceMs = 1_000;
const stepMs = 100;

/** Lets time pass, by the rig. */
type Pass = (ms: number) => Promise<void>;

/** Makes a call and lets time pass until it ends, a minute at most. */
export async function outcomeOf<T>(pass: Pass, call: () => Promise<T>): Promise<CallOutcome<T>> {
  return observe(call)(pass, patienceMs);
}

/** Makes a call that nobody will answer, lets a moment pass and aborts it. */
export async function abortedOutcomeOf<T>(
  pass: Pass,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<CallOutcome<T>> {
  const controller = new AbortController();
  const ending = observe(() => call(controller.signal));
  const { kind } = await ending(pass, stepMs);
  expectSame('call of who is silent', kind, 'open');
  controller.abort();
  return ending(pass, abortPatienceMs);
}

/** Makes a call that may wait for something better to come, and aborts it after a second. */
export async function impatientOutcomeOf<T>(
  pass: Pass,
  call: (signal: AbortSignal) => Promise<T>,
): Promise<CallOutcome<T>> {
  const controller = new AbortController();
  const ending = observe(() => call(controller.signal));
  await ending(pass, abortPatienceMs);
  controller.abort();
  return ending(pass, abortPatienceMs);
}

/** Fails unless the call was rejected with a `HalError` that has one of these codes. */
export function expectRejection(
  outcome: CallOutcome<unknown>,
  codes: readonly HalErrorCode[],
): void {
  const { kind } = outcome;
  if (kind !== 'rejected') return expectSame('end of the call', kind, 'rejected');
  const { error } = outcome;
  if (isHalError(error) && error.code === 'unsupported') throw error;
  const isOne = isHalError(error) && codes.includes(error.code);
  expectThat(isOne, 'error', { expected: `a HalError, ${codes.join(' or ')}`, seen: error });
}

/** The answer of a call; fails where there is none. */
export function answerOf<T>(outcome: CallOutcome<T>): T {
  if (outcome.kind === 'answered') return outcome.answer;
  if (outcome.kind === 'rejected') throw outcome.error;
  throw new Error(`no answer within ${patienceMs} ms`);
}

/** Begins a call; what is answered waits for its end, as often as asked. */
function observe<T>(call: () => Promise<T>) {
  const seen: { outcome: CallOutcome<T> } = { outcome: { kind: 'open' } };
  call().then(
    (answer) => (seen.outcome = { kind: 'answered', answer }),
    (error: unknown) => (seen.outcome = { kind: 'rejected', error }),
  );
  return async (pass: Pass, limitMs: number): Promise<CallOutcome<T>> => {
    for (let spentMs = 0; spentMs < limitMs && seen.outcome.kind === 'open'; spentMs += stepMs) {
      await pass(stepMs);
    }
    return seen.outcome;
  };
}
