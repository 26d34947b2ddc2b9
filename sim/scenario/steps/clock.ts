import * as v from 'valibot';
import type { StepContext } from '../context.ts';
import { closed, duration, ppm, signedDuration } from '../schema.ts';
import { defineStep } from '../step.ts';

/**
 * Disturbs the clocks of a board: its crystal for now (`drift`) or every so often by chance
 * (`jitter`), its wall clock at once (`jump`) or bit by bit (`slew`), as another program would that
 * runs on the appliance.
 */
export const clock = defineStep({
  key: 'clock',
  schema: v.pipe(
    closed({
      drift: v.exactOptional(ppm),
      jitter: v.exactOptional(ppm),
      every: v.exactOptional(duration),
      jump: v.exactOptional(signedDuration),
      slew: v.exactOptional(signedDuration),
      over: v.exactOptional(duration),
    }),
    v.check((value) => Object.keys(value).length > 0, 'nothing is changed'),
    v.check(
      ({ jitter = 0, every }) => jitter >= 0 && jitter > 0 === (every !== undefined && every > 0),
      'jitter says how far and how often: { jitter: 5ppm, every: 10m }; 0ppm alone ends it',
    ),
    v.check(
      ({ slew, over = 0 }) => (slew !== undefined) === over > 0,
      'a slew takes its time: { slew: +4s, over: 30s }',
    ),
    v.check(({ jump }) => jump !== 0, 'a jump by nothing is none'),
  ),
  usage: 'clock jump +5s',
  fromWords: ([verb = '', amount = '', , span = '']) => {
    if (verb === 'jitter' && span !== '') return { jitter: amount, every: span };
    if (verb === 'slew') return { slew: amount, over: span };
    return { [verb]: amount };
  },
  run(context, { drift, jitter, every = 0, jump, slew, over = 0 }) {
    const { board } = context.bench;
    if (drift !== undefined) board.setCrystalPpm(drift);
    if (jitter === 0) board.setCrystalJitter(undefined);
    else if (jitter !== undefined) orderJitter(context, { ppm: jitter, everyUs: every });
    if (jump !== undefined) orderJump(context, jump);
    if (slew !== undefined) orderSlew(context, { byUs: slew, overUs: over });
    return undefined;
  },
});

function orderJitter(
  { bench, faults, step }: StepContext,
  jitter: { readonly ppm: number; readonly everyUs: number },
): void {
  const { board } = bench;
  faults.order({ name: 'clock: jitter', position: step?.position }, () => {
    const hasMoved = board.setCrystalJitter(jitter);
    return () => !hasMoved();
  });
}

/** Felt where there is firmware with a wall clock. */
function orderJump({ bench, faults, step }: StepContext, byUs: number): void {
  faults.order({ name: 'clock: jump', position: step?.position }, () => {
    const isFelt = bench.disturbWallClock(byUs / 1000);
    return () => !isFelt;
  });
}

/** Felt where the firmware was there to the end of it. */
function orderSlew(
  { bench, faults, step }: StepContext,
  { byUs, overUs }: { readonly byUs: number; readonly overUs: number },
): void {
  faults.order({ name: 'clock: slew', position: step?.position }, () => {
    const isFelt = bench.slewWallClock({ byUs, overUs });
    return () => !isFelt();
  });
}
