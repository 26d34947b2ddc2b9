import type { Identity } from '../identity.ts';
import { checksOf, type ConformanceSuite, expectSame, expectThat } from './suite.ts';

/** What a rig can do around a label. */
export interface IdentityActs {
  /** Restarts the board and answers the port of the new life. */
  restart(): Promise<Identity>;
}

const check = checksOf<Identity, IdentityActs>();

const macPattern = /^[0-9A-F]{2}(:[0-9A-F]{2}){5}$/;
const printedPattern = /^[!-~]([ -~]*[!-~])?$/;
const keyBytes = 32;

/** The contract of `hal/identity.ts`. */
export const identitySuite: ConformanceSuite<Identity, IdentityActs> = {
  port: 'identity',
  checks: [
    check('has a model and a serial number that can be printed', [], ({ port }) => {
      for (const text of [port.model, port.serialNumber]) {
        expectThat(printedPattern.test(text), 'text', { expected: 'printable ASCII', seen: text });
      }
    }),
    check('has at least one MAC address, each once, in upper case with colons', [], ({ port }) => {
      expectSame('any', port.macAddresses.length > 0, true);
      expectSame('different ones', new Set(port.macAddresses).size, port.macAddresses.length);
      for (const mac of port.macAddresses) {
        expectThat(macPattern.test(mac), 'MAC address', { expected: macPattern.source, seen: mac });
      }
    }),
    check('has addresses that single adapters may have: not group, not zero', [], ({ port }) => {
      for (const mac of port.macAddresses) {
        const isSingle = (Number.parseInt(mac.slice(0, 2), 16) & 1) === 0;
        const isRight = isSingle && mac !== '00:00:00:00:00:00';
        expectThat(isRight, 'MAC address', { expected: 'one of a single adapter', seen: mac });
      }
    }),
    // The key is secret: a failure may not show it, so only verdicts are compared.
    check('has a device key of 32 bytes, not all the same', [], ({ port }) => {
      expectSame('bytes', port.deviceKey().length, keyBytes);
      expectSame('all the same', new Set(port.deviceKey()).size > 1, true);
    }),
    check('gives the same device key at every call, whatever is done to an answer', [], (rig) => {
      const first = rig.port.deviceKey();
      const kept = Buffer.from(first).toString('hex');
      first.fill(0);
      const isSame = Buffer.from(rig.port.deviceKey()).toString('hex') === kept;
      expectSame('same key', isSame, true);
    }),
    check('is the same in every life', ['restart'], async ({ port, act }) => {
      const { model, serialNumber, macAddresses } = port;
      const key = port.deviceKey();
      const next = await act.restart();
      expectSame('model', next.model, model);
      expectSame('serial number', next.serialNumber, serialNumber);
      expectSame('MAC addresses', next.macAddresses, macAddresses);
      const isSame = Buffer.compare(next.deviceKey(), key) === 0;
      expectSame('same key', isSame, true);
    }),
  ],
};
