import type { Outcome } from '../scenario/result.ts';
import { exitCode } from './exit-codes.ts';

const codes: Readonly<Record<Outcome, number>> = {
  passed: exitCode.passed,
  failed: exitCode.failed,
  unusable: exitCode.unusable,
  invalid: exitCode.broken,
  broken: exitCode.broken,
  'time-limit': exitCode.timedOut,
};

/** How `nasboard run` ends where this is the worst outcome. */
export function exitCodeOf(outcome: Outcome): number {
  return codes[outcome];
}
