import * as v from 'valibot';
import type { I2cFault } from '../../parts/i2c-bus.ts';
import type { StepContext } from '../context.ts';
import { closed, count, fieldsOr, flag, oneOf, type FieldSchema } from '../schema.ts';

/** What is to go wrong with the clock chip, its wires and its coin cell. */
export interface RtcFault {
  readonly 'nack-address'?: number | undefined;
  readonly 'nack-byte'?: number | undefined;
  readonly disturb?: number | undefined;
  readonly 'hold-low'?: boolean | undefined;
  readonly 'battery-bounce'?: boolean | undefined;
}

const busFaults = ['nack-address', 'nack-byte', 'disturb'] as const satisfies readonly I2cFault[];

/** Faults of the clock chip; a word alone is one of its kind. */
export const rtcFault: FieldSchema<RtcFault> = fieldsOr<RtcFault>(
  closed({
    'nack-address': v.exactOptional(count),
    'nack-byte': v.exactOptional(count),
    disturb: v.exactOptional(count),
    'hold-low': v.exactOptional(flag),
    'battery-bounce': v.exactOptional(flag),
  }),
  v.pipe(
    oneOf([...busFaults, 'hold-low', 'battery-bounce']),
    v.transform((kind) => {
      return { [kind]: kind === 'hold-low' || kind === 'battery-bounce' ? true : 1 };
    }),
  ),
);

/** Gives the orders; those of the bus happen once a transfer meets them. */
export function orderRtc({ bench, faults, step }: StepContext, order: RtcFault): void {
  const part = bench.board.rtc;
  const give = (name: string, apply: () => () => boolean): void => {
    faults.order({ name: `rtc: ${name}`, position: step?.position }, apply);
  };
  for (const fault of busFaults) {
    const transfers = order[fault];
    if (transfers === undefined) continue;
    give(fault, () => {
      part.bus.failTransfers(fault, transfers);
      return () => part.pendingFaults.includes(fault);
    });
  }
  if (order['hold-low'] === false) part.bus.holdLow(false);
  if (order['hold-low'] === true) {
    give('hold-low', () => {
      part.bus.holdLow(true);
      return () => part.pendingFaults.includes('hold-low');
    });
  }
  if (order['battery-bounce'] === true) {
    give('battery-bounce', () => {
      const hasHappened = part.bounceBattery();
      return () => !hasHappened;
    });
  }
}
