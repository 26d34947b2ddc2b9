import { describe, expect, it } from 'vitest';
import { ConnectionFailed, powerOn, type TestBench } from '#sim/testing';
import { encoded, loginPath } from './qts-client.ts';
import { PublicClient } from './public-client.ts';

const password = 'chosen-password-1';

interface LoginAnswer {
  readonly authPassed: string;
  readonly authSid: string;
  readonly pw_status: string;
  readonly webAccessPort: string;
}

async function logIn(bench: TestBench, typed: string, port?: number): Promise<LoginAnswer> {
  const form = { user: 'admin', pwd: encoded(typed) };
  const answer = await bench.http.post(loginPath, { form, ...(port !== undefined && { port }) });
  return answer.xml<LoginAnswer>();
}

/** A ready board whose `admin` has chosen a password. */
async function appliance(): Promise<TestBench> {
  const bench = await powerOn();
  const { authSid } = await logIn(bench, bench.label.defaultPassword);
  await bench.http.put('/api/v1/me/password', {
    json: { newPassword: password },
    headers: { authorization: `Bearer ${authSid}` },
  });
  return bench;
}

describe('a client that knows nothing of this product', () => {
  it('reads how the NAS does, and signs in anew when its session is over', async () => {
    await using bench = await appliance();
    const client = new PublicClient(bench.http.client(), { user: 'admin', password });
    expect(await client.health()).toBe('good');
    const stats = await client.stats();
    expect(stats).toMatchObject({
      name: bench.label.model,
      model: bench.label.model,
      serialNumber: bench.label.serialNumber,
      uptimeSeconds: 3,
      memoryMib: { total: 8192 },
      dns: ['192.168.1.1'],
    });
    expect(stats.nics.map(({ mac, isUp }) => [mac, isUp])).toEqual(
      bench.label.macAddresses.map((mac) => [mac, true]),
    );
    expect(stats.temperaturesF).toHaveLength(2);
    bench.bench.board.sensors.setFan(0, 0);
    expect(await client.health()).toBe('error');
    expect(client.logins).toBe(1);
    await bench.advance('31m');
    expect((await client.stats()).uptimeSeconds).toBeGreaterThan(31 * 60);
    expect(client.logins).toBe(2);
  });
});

describe('the appliance on the network', () => {
  it('lets the password on the label in to be changed, and a session goes on after that', async () => {
    await using bench = await powerOn();
    const { authSid: sid, pw_status } = await logIn(bench, bench.label.defaultPassword);
    expect(pw_status).toBe('1');
    const headers = { authorization: `Bearer ${sid}` };
    await bench.http.put('/api/v1/me/password', { json: { newPassword: password }, headers });
    const answer = await bench.http.get(loginPath, { query: { sid } });
    expect(answer.xml()).toMatchObject({ authPassed: '1', pw_status: '0' });
    expect(await logIn(bench, password)).toMatchObject({ authPassed: '1', pw_status: '0' });
  });

  it('moves with its system port, and RESET brings it back', async () => {
    await using bench = await appliance();
    const { authSid: sid } = await logIn(bench, password);
    await bench.http.patch('/api/v1/settings', {
      json: { 'network.systemPort': 9090 },
      headers: { authorization: `Bearer ${sid}` },
    });
    await bench.advance('1s');
    await expect(logIn(bench, password, 8080)).rejects.toThrow(ConnectionFailed);
    expect(await logIn(bench, password, 9090)).toMatchObject({ authPassed: '1' });
    const about = await bench.http.get(loginPath, { query: { sid }, port: 9090 });
    expect(about.xml()).toMatchObject({ authPassed: '1', webAccessPort: '9090' });
    await bench.resetButton.hold('3s');
    await bench.advance('1s');
    await expect(logIn(bench, password, 9090)).rejects.toThrow(ConnectionFailed);
    expect(await logIn(bench, password, 8080)).toMatchObject({ authPassed: '0' });
    expect(await logIn(bench, bench.label.defaultPassword, 8080)).toMatchObject({ pw_status: '1' });
    const again = await bench.http.get(loginPath, { query: { sid } });
    expect(again.xml()).toMatchObject({ authPassed: '0' });
  });

  it('answers 503 while it resets to factory default, and nobody once it restarts', async () => {
    await using bench = await powerOn();
    await bench.resetButton.hold('10s');
    const answer = await bench.http.get(loginPath);
    expect(answer.status).toBe(503);
    expect(answer.headers['retry-after']).toBe('10');
    await bench.advance('3.5s');
    await expect(bench.http.get(loginPath)).rejects.toThrow(ConnectionFailed);
    await bench.ready();
    expect((await bench.http.get(loginPath)).status).toBe(200);
  });

  it('writes neither passwords nor sids into trace, log or console', async () => {
    await using bench = await appliance();
    const { authSid } = await logIn(bench, password);
    await bench.http.get(loginPath, { query: { user: 'admin', pwd: encoded('a-wrong-one-1') } });
    const kept = [bench.bench.traceText(), JSON.stringify(bench.log), bench.serial.output].join();
    for (const secret of [password, encoded(password), authSid, 'a-wrong-one-1']) {
      expect(kept).not.toContain(secret);
    }
    expect(kept).toContain(loginPath);
  });

  it('is the same in every run with one seed', async () => {
    const run = async (): Promise<string> => {
      await using bench = await appliance();
      const client = new PublicClient(bench.http.client(), { user: 'admin', password });
      return JSON.stringify([
        await client.stats(),
        await logIn(bench, password),
        bench.bench.traceText(),
      ]);
    };
    expect(await run()).toBe(await run());
  });
});
