import type { SerialConsole } from '../serial.ts';
import { checksOf, type ConformanceSuite, expectSame } from './suite.ts';

/** What a rig can do at the far end of the serial line. */
export interface ConsoleActs {
  /** Waits until the line is quiet; answers what came out of the board since the last call. */
  received(): Promise<Uint8Array>;
  /** Sends to the board and waits until the board has got it. */
  send(bytes: Uint8Array): Promise<void>;
  /** Holds the line low for longer than a byte, and waits until the board has noticed. */
  sendBreak(): Promise<void>;
  /** Sends bytes with a wrong stop bit, and waits until the board has noticed. */
  sendFramingError(): Promise<void>;
  /** Takes the far end away, until the function it answers puts it back. */
  unplug(): Promise<() => Promise<void>>;
}

const check = checksOf<SerialConsole, ConsoleActs>();

const everyByte = Uint8Array.from({ length: 256 }, (_, value) => value);

/** Collects what arrives and every error, until `stop`. */
function listen(port: SerialConsole) {
  const chunks: Buffer[] = [];
  const errors: unknown[] = [];
  const onData = (chunk: Buffer): void => void chunks.push(chunk);
  const onError = (error: unknown): void => void errors.push(error);
  port.on('data', onData);
  port.on('error', onError);
  return {
    errors,
    bytes: (): Uint8Array => new Uint8Array(Buffer.concat(chunks)),
    stop: (): void => {
      port.off('data', onData);
      port.off('error', onError);
    },
  };
}

/** The contract of `hal/serial.ts`. */
export const consoleSuite: ConformanceSuite<SerialConsole, ConsoleActs> = {
  port: 'console',
  checks: [
    check('keeps what is written before it is open', ['received'], async ({ port, act }) => {
      port.write('early');
      const received = Buffer.from(await act.received()).toString('latin1');
      expectSame('end of what was received', received.slice(-5), 'early');
    }),
    check('opens by itself', ['received'], async ({ port, act }) => {
      await act.received();
      expectSame('open', port.isOpen, true);
    }),
    check('sends every value of a byte as it is', ['received'], async ({ port, act }) => {
      await act.received();
      port.write(Buffer.from(everyByte));
      expectSame('received', await act.received(), everyByte);
    }),
    check('receives every value of a byte as it is', ['send'], async ({ port, act }) => {
      const heard = listen(port);
      await act.send(everyByte);
      heard.stop();
      expectSame('received', heard.bytes(), everyByte);
    }),
    check('sends nothing of its own: no echo', ['send', 'received'], async ({ port, act }) => {
      const heard = listen(port);
      await act.received();
      await act.send(Uint8Array.from(Buffer.from('typed\r')));
      heard.stop();
      expectSame('received at the far end', (await act.received()).length, 0);
    }),
    check('keeps the order of many writes, small and large', ['received'], async (rig) => {
      const { port, act } = rig;
      await act.received();
      const parts = [1, 10, 1023, 1024, 1025, 5000, 1].map((count, key) =>
        Uint8Array.from({ length: count }, (_, place) => (place + key * 31) & 0xff),
      );
      for (const part of parts) port.write(Buffer.from(part));
      const expected = new Uint8Array(Buffer.concat(parts));
      expectSame('received', await act.received(), expected);
    }),
    check('receives much at once without losing a byte', ['send'], async ({ port, act }) => {
      const heard = listen(port);
      const much = Uint8Array.from({ length: 6000 }, (_, place) => (place * 7) & 0xff);
      await act.send(much);
      heard.stop();
      expectSame('received', heard.bytes(), much);
    }),
    check('makes bytes of a break, or nothing, and goes on', ['sendBreak', 'send'], async (rig) => {
      const { port, act } = rig;
      const heard = listen(port);
      await act.sendBreak();
      await act.send(Uint8Array.from([0x41]));
      heard.stop();
      expectSame('errors', heard.errors.length, 0);
      expectSame('last byte received', heard.bytes().at(-1), 0x41);
    }),
    check(
      'makes bytes of a framing error, or nothing, and goes on',
      ['sendFramingError', 'send'],
      async ({ port, act }) => {
        const heard = listen(port);
        await act.sendFramingError();
        await act.send(Uint8Array.from([0x42]));
        heard.stop();
        expectSame('errors', heard.errors.length, 0);
        expectSame('last byte received', heard.bytes().at(-1), 0x42);
      },
    ),
    check(
      'loses bytes without an error while the far end is gone',
      ['unplug', 'received'],
      async ({ port, act }) => {
        const heard = listen(port);
        const plug = await act.unplug();
        port.write('to nobody');
        await act.received();
        await plug();
        await act.received();
        port.write('to somebody');
        const received = Buffer.from(await act.received()).toString();
        heard.stop();
        expectSame('errors', heard.errors.length, 0);
        expectSame('received after it was back', received, 'to somebody');
      },
    ),
  ],
};
