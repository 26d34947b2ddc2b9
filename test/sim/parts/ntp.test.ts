import { expect, test } from 'vitest';
import { noTimeServers } from '#sim/parts/ntp';

test('a world without time servers says so', async () => {
  const { signal } = new AbortController();
  await expect(noTimeServers.query('ntp.example.org', { signal })).rejects.toThrow(
    'ntp: no time server «ntp.example.org» in this world (unreachable)',
  );
});
