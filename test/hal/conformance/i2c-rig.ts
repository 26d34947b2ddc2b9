import type { I2cActs, Subject } from '#hal/conformance/index';
import type { I2cBus } from '#hal/i2c';
import { Ds3231Chip } from '#sim/parts/ds3231/chip';
import { I2cBusPart } from '#sim/parts/i2c-bus';
import { createPartBench } from '../../sim/parts/part-bench.ts';

/** What a broken driver does otherwise than the true one; called for each life. */
export type I2cChange = (port: I2cBus, chip: Ds3231Chip) => Partial<I2cBus>;

const address = 0x68;
/** Both alarms of the clock chip: seven registers that keep what is written. */
const first = 0x07;

/** A simulated bus with a clock chip on it, as the suite wants it. */
export function i2cSubject(change: I2cChange = () => ({})): Subject<I2cBus, I2cActs> {
  const { world, site, begin } = createPartBench();
  const chip = new Ds3231Chip(world);
  const part = new I2cBusPart(site);
  part.attach(address, chip);
  const connect = (): I2cBus => {
    const port = part.connect(begin());
    return { ...port, ...change(port, chip) };
  };
  let present = connect();
  return {
    get port() {
      return present;
    },
    act: {
      scratch: () => ({ address, first }),
      emptyAddress: () => 0x50,
      refuseByte: async () => part.failTransfers('nack-byte'),
      holdLow: async (isHeld) => part.holdLow(isHeld),
      restart: async () => (present = connect()),
    },
  };
}
