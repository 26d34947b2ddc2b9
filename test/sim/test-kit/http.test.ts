import qrcode from 'qrcode';
import { beforeEach, describe, expect, test } from 'vitest';
import { UsageError } from '#sim/kernel/invariant';
import { ConnectionFailed, powerOn, TestBench } from '#sim/testing';
import { jsonOf, WebBench, xmlWith } from '../web-bench.ts';

let web: WebBench;
let bench: TestBench;

beforeEach(() => {
  web = new WebBench();
  bench = new TestBench(web.bench);
});

describe('http', () => {
  test.each(['get', 'post', 'put', 'patch', 'delete'] as const)('makes a %s', async (method) => {
    await bench.http[method]('/a', { query: { b: 'c d' }, headers: { 'X-Own': 'e' } });
    expect(web.asked).toMatchObject([
      { method: method.toUpperCase(), url: '/a?b=c+d', headers: { 'x-own': 'e' } },
    ]);
  });

  test('sends forms, JSON and bytes', async () => {
    await bench.http.post('/', { form: { user: 'admin', n: [1, 2] } });
    await bench.http.post('/', { json: { user: 'admin' } });
    await bench.http.post('/', { body: new Uint8Array([65, 66]) });
    expect(web.asked.map(({ body }) => body)).toEqual([
      'user=admin&n=1&n=2',
      '{"user":"admin"}',
      'AB',
    ]);
    await expect(bench.http.post('/', { form: {}, json: {} })).rejects.toThrow(UsageError);
    await expect(bench.http.get('no/slash')).rejects.toThrow(UsageError);
  });

  test('reads answers as JSON and XML, and says what they are where they are not', async () => {
    web.answer = jsonOf({ user: 'admin' });
    const json = await bench.http.get('/');
    expect(json.json<{ user: string }>().user).toBe('admin');
    expect(() => json.xml()).toThrow(
      /expected {2}XML\n {2}seen {6}200 application\/json, 16 bytes/,
    );
    web.answer = xmlWith('<authPassed>1</authPassed><func><name><![CDATA[a&b]]></name></func>');
    const xml = await bench.http.get('/');
    expect(xml.xml()).toEqual({ authPassed: '1', func: { name: 'a&b' } });
    expect(() => xml.json()).toThrow(/expected {2}JSON/);
    expect(xml).toMatchObject({ status: 200, headers: { 'content-type': 'text/xml' } });
  });

  test('keeps cookies, and each client its own', async () => {
    web.answer = ({ url }, response) => {
      if (url === '/in') response.setHeader('set-cookie', 'sid=1; Path=/');
      response.end();
    };
    const other = bench.http.client({ from: '10.0.0.7' });
    await bench.http.get('/in');
    await bench.http.get('/a');
    await other.get('/b');
    await other.get('/c', { from: '10.0.0.8' });
    expect(web.asked.map(({ from, headers }) => [from, headers.cookie])).toEqual([
      ['192.168.1.100', undefined],
      ['192.168.1.100', 'sid=1'],
      ['10.0.0.7', undefined],
      ['10.0.0.8', undefined],
    ]);
    expect([bench.http.cookie('sid'), other.cookie('sid')]).toEqual(['1', undefined]);
  });

  test('waits for its answer in virtual time, and fails where none comes', async () => {
    web.answer = (_, response) => {
      web.bench.world.after(5_000_000, 'test', () => response.end('late'));
    };
    expect(await bench.http.get('/')).toMatchObject({ body: 'late' });
    await expect(bench.http.get('/?pwd=hunter2', { timeout: '4s' })).rejects.toThrow(
      /^GET \/\n {2}expected {2}an answer\n {2}seen {6}none within 4s\n[^]*seed/,
    );
  });

  test('rejects where nobody answers', async () => {
    await bench.power.off();
    await expect(bench.http.get('/')).rejects.toThrow(ConnectionFailed);
  });

  test('the phone scans a picture that was answered', async () => {
    const picture = await qrcode.toBuffer(
      'otpauth://totp/NAS:admin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=NAS',
    );
    web.answer = (_, response) => void response.end(picture);
    await bench.phone.scan(await bench.http.get('/qr.png'), 'admin');
    expect(bench.phone.code('admin')).toMatch(/^\d{6}$/);
    web.answer = (_, response) => void response.end('no picture');
    await expect(bench.phone.scan(await bench.http.get('/qr.png'), 'admin')).rejects.toThrow(
      /no PNG picture/,
    );
  });
});

describe('the appliance', () => {
  const path = '/cgi-bin/authLogin.cgi';

  async function traceOfTwoRequests(): Promise<string> {
    await using appliance = await powerOn({ seed: 7 });
    // Other things happen at the same instant: their order must not depend on what is loaded.
    const first = appliance.http.get(path, { query: { user: 'admin' } });
    appliance.bench.board.uart.write('admin\r');
    await first;
    await appliance.advance('1s');
    await appliance.http.post(path, { form: { user: 'admin', pwd: 'bm8=' } });
    await appliance.advance('1s');
    return appliance.bench.traceText();
  }

  test('leaves the same trace whether its web server was loaded before or not', async () => {
    const fresh = await traceOfTwoRequests();
    expect(await traceOfTwoRequests()).toBe(fresh);
    expect(fresh).not.toContain('bm8=');
  });

  test('listens from ready on, again after a restart, and where the setting says', async () => {
    await using appliance = await powerOn({ until: 'power-on' });
    await expect(appliance.http.get(path)).rejects.toThrow(ConnectionFailed);
    await appliance.ready();
    expect(await appliance.http.get(path)).toMatchObject({ status: 200 });

    const { defaultPassword } = appliance.label;
    await appliance.serial.login('admin', defaultPassword);
    await appliance.serial.writeLine('Better-4-all');
    await appliance.serial.writeLine('Better-4-all');
    await appliance.serial.waitFor('Password changed.');
    await appliance.serial.writeLine('q');
    await appliance.serial.writeLine('y');
    await appliance.serial.writeLine('setting set network.systemPort 81');
    await appliance.advance('1s');
    await expect(appliance.http.get(path, { port: 8080 })).rejects.toThrow(ConnectionFailed);
    expect(await appliance.http.get(path, { port: 81 })).toMatchObject({ status: 200 });

    await appliance.power.cycle();
    await appliance.ready();
    expect(await appliance.http.get(path, { port: 81 })).toMatchObject({ status: 200 });
    await appliance.resetButton.hold('3s');
    await appliance.ready();
    expect(await appliance.http.get(path, { port: 8080 })).toMatchObject({ status: 200 });
  });
});
