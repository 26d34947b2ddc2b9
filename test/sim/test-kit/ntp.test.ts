import { expect, test } from 'vitest';
import { powerOn } from '#sim/testing';

const until = 'power-on';

test('a time server behaves as a test wishes, in the words of a scenario', async () => {
  await using bench = await powerOn({ until });
  bench.ntp.set('ntp2.example', { offset: '-1d', kiss: 'RATE', spoof: '5s' });
  expect(bench.ntp.server('ntp2.example').behaviour).toMatchObject({
    offsetMs: -86_400_000,
    kiss: 'RATE',
    spoof: { offsetMs: 5_000, flaw: 'originate' },
  });
  bench.ntp.set('all', { silent: true, kiss: 'none' });
  for (const name of ['ntp1.example', 'ntp2.example', 'ntp3.example']) {
    expect(bench.ntp.server(name).behaviour).toMatchObject({ silent: true, kiss: undefined });
  }
});

test('a server is added, honest or not', async () => {
  await using bench = await powerOn({ until });
  expect(bench.ntp.add('time.example').behaviour).toMatchObject({ offsetMs: 0, stratum: 2 });
  expect(bench.ntp.add('lies.example', { offset: '1h' }).nowMs - bench.now.getTime()).toBe(3.6e6);
});

test('what makes no sense is a usage error', async () => {
  await using bench = await powerOn({ until });
  expect(() => bench.ntp.server('nobody')).toThrow(
    'there is no time server «nobody»; there are: ntp1.example, ntp2.example, ntp3.example',
  );
  expect(() => bench.ntp.set('nobody', { silent: true })).toThrow('no time server «nobody»');
  expect(() => bench.ntp.set('all', { offset: '5' })).toThrow('offset: "5" has no unit');
  expect(() => bench.ntp.set('all', { loss: 2 })).toThrow('loss: "2" is no share');
  expect(() => bench.ntp.add('NTP1.example')).toThrow('there is a time server «NTP1.example»');
});
