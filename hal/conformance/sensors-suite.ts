import type { Sensors } from '../sensors.ts';
import {
  checksOf,
  type ConformanceSuite,
  expectHalError,
  expectSame,
  expectThat,
} from './suite.ts';

/** What a rig can do around the sensors. */
export interface SensorsActs {
  /** Brings the fan of that number to a stand, counted from 0. */
  stopFan(fan: number): Promise<void>;
  /** Brings the inside of the case to about that temperature. */
  warmTo(celsius: number): Promise<void>;
  /** Cuts the sensors off until the board restarts. */
  disconnect(): Promise<void>;
  /** Restarts the board and answers the port of the new life. */
  restart(): Promise<Sensors>;
}

const check = checksOf<Sensors, SensorsActs>();

/** No board works beyond, and no sensor of one measures it. */
const coldestC = -55;
const hottestC = 150;

/** What a sensor for air may be off by. */
const toleranceC = 5;

function expectTemperature(what: string, seen: number): void {
  const isSane = seen >= coldestC && seen <= hottestC;
  expectThat(isSane, what, { expected: `${coldestC} to ${hottestC}`, seen });
}

/** The contract of `hal/sensors.ts`. */
export const sensorsSuite: ConformanceSuite<Sensors, SensorsActs> = {
  port: 'sensors',
  checks: [
    check('names the processor so that it can be printed', [], ({ port }) => {
      const { model } = port.cpu();
      expectThat(/^[\x20-\x7e]+$/.test(model), 'model', { expected: 'printable', seen: model });
    }),
    check('tells a load of 0 to 100', [], ({ port }) => {
      const { usedPercent } = port.cpu();
      const isSane = usedPercent >= 0 && usedPercent <= 100;
      expectThat(isSane, 'load', { expected: '0 to 100', seen: usedPercent });
    }),
    check('tells the temperature of the processor in degrees Celsius', [], ({ port }) => {
      expectTemperature('temperature', port.cpu().temperatureC);
    }),
    check('tells the temperature inside the case in degrees Celsius', [], ({ port }) => {
      expectTemperature('temperature', port.systemTemperatureC());
    }),
    check('tells memory in whole bytes, never more free than there is', [], ({ port }) => {
      const { totalBytes, freeBytes } = port.memory();
      const areWhole = Number.isSafeInteger(totalBytes) && Number.isSafeInteger(freeBytes);
      const isSane = areWhole && totalBytes > 0 && freeBytes >= 0 && freeBytes <= totalBytes;
      expectThat(isSane, 'memory', {
        expected: 'bytes, free and in all',
        seen: [freeBytes, totalBytes],
      });
    }),
    check('tells whole turns a minute of each fan', [], ({ port }) => {
      for (const { rpm } of port.fans()) {
        const isSane = Number.isSafeInteger(rpm) && rpm >= 0 && rpm < 100_000;
        expectThat(isSane, 'fan', { expected: 'whole turns a minute', seen: rpm });
      }
    }),
    check('has as much memory and as many fans in every life', ['restart'], async (rig) => {
      const { port, act } = rig;
      const before = [port.memory().totalBytes, port.fans().length];
      const next = await act.restart();
      expectSame('memory and fans', [next.memory().totalBytes, next.fans().length], before);
    }),
    check('tells which fan stands', ['stopFan'], async ({ port, act }) => {
      const last = port.fans().length - 1;
      if (last < 0) return;
      await act.stopFan(last);
      expectSame('turns a minute', port.fans()[last]?.rpm, 0);
    }),
    check('feels that the case is warm', ['warmTo'], async ({ port, act }) => {
      await act.warmTo(60);
      const seen = port.systemTemperatureC();
      const isNear = Math.abs(seen - 60) <= toleranceC;
      expectThat(isNear, 'temperature', { expected: `60, ${toleranceC} either way`, seen });
    }),
    check('says so where it measures nothing', ['disconnect'], async ({ port, act }) => {
      await act.disconnect();
      await expectHalError('cpu', 'io', () => port.cpu());
      await expectHalError('memory', 'io', () => port.memory());
      await expectHalError('temperature', 'io', () => port.systemTemperatureC());
      await expectHalError('fans', 'io', () => port.fans());
    }),
  ],
};
