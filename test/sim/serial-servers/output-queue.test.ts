import fc from 'fast-check';
import { expect, test } from 'vitest';
import { OutputQueue } from '#sim/serial-servers/output-queue';

/** A client that takes a send only when it is told to. */
function slowClient(options?: { bytesMax: number }) {
  const sent: string[] = [];
  const dones: (() => void)[] = [];
  const queue = new OutputQueue((bytes, done) => {
    sent.push(bytes.toString('latin1'));
    dones.push(done);
  }, options);
  return { queue, sent, take: () => dones.shift()?.() };
}

test('bytes go out at once where nothing is under way', () => {
  const { queue, sent } = slowClient();
  queue.push(Buffer.from('login: '));
  expect(sent).toEqual(['login: ']);
});

test('what comes while a send is under way goes out after it, as one', () => {
  const { queue, sent, take } = slowClient();
  for (const text of ['a', 'b', 'c']) queue.push(Buffer.from(text));
  expect(sent).toEqual(['a']);
  take();
  expect(sent).toEqual(['a', 'bc']);
});

test('what does not fit is lost at its old end, and the client is told how much', () => {
  const { queue, sent, take } = slowClient({ bytesMax: 4 });
  queue.push(Buffer.from('0'));
  queue.push(Buffer.from('123456'));
  queue.push(Buffer.from('789'));
  expect(queue.lostBytes).toBe(5);
  take();
  expect(sent[1]).toBe('\r\n[nasboard: 5 bytes lost here, as nobody read them in time]\r\n6789');
  queue.push(Buffer.from('a'));
  take();
  expect(sent[2]).toBe('a');
});

test('the bytes are those of the instant, also where the sender uses its buffer again', () => {
  const { queue, sent, take } = slowClient();
  const buffer = Buffer.from('x');
  queue.push(buffer);
  queue.push(buffer);
  buffer.write('y');
  take();
  expect(sent).toEqual(['x', 'x']);
});

test('a client that holds gets nothing until it lets go; what it purges never comes', () => {
  const { queue, sent, take } = slowClient();
  queue.hold(true);
  queue.push(Buffer.from('old'));
  queue.purge();
  queue.push(Buffer.from('new'));
  expect(sent).toEqual([]);
  queue.hold(false);
  take();
  expect(sent).toEqual(['new']);
  expect(queue.lostBytes).toBe(0);
});

test('however a client dawdles, it gets the newest bytes, and all are accounted for', () => {
  const bytesMax = 32;
  const act = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.constant('take' as const));
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const { queue, sent, take } = slowClient({ bytesMax });
      let pushed = '';
      let next = 0;
      for (const each of acts) {
        if (each === 'take') take();
        else {
          const text = Array.from({ length: each }, () => String.fromCharCode(next++ & 0xff));
          pushed += text.join('');
          queue.push(Buffer.from(text.join(''), 'latin1'));
        }
      }
      for (let round = 0; round < acts.length; round += 1) take();
      const got = sent.join('').replaceAll(/\r\n\[nasboard: [^\]]*\]\r\n/g, '');
      expect(got.length + queue.lostBytes).toBe(pushed.length);
      expect(pushed.endsWith(got.slice(-bytesMax))).toBe(true);
    }),
  );
});
