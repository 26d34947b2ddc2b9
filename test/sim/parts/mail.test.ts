import { expect, test } from 'vitest';
import { noMailServers } from '#sim/parts/mail';

test('a world without mail servers says so', async () => {
  const server = { host: 'mail.example.org', port: 25, security: 'none' } as const;
  const mail = { envelope: { from: 'a@b', to: ['c@d'] }, message: new Uint8Array() };
  const { signal } = new AbortController();
  await expect(noMailServers.send(server, mail, { signal })).rejects.toThrow(
    'mail: no mail server «mail.example.org» in this world (unreachable)',
  );
});
