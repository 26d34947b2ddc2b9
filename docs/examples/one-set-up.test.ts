// A suite that sets its board up once: admin has 2-step verification, and each test begins there.
import { powerOn, resume, type TestBench, type TestSnapshot } from 'nasboard/testing';
import 'nasboard/testing/vitest';
import { beforeAll, expect, test } from 'vitest';

const password = 'Apple-tart-7';
let enrolled: TestSnapshot;

/** Signs in with a password, for a program: the answer's token goes with each request. */
async function headersOf(bench: TestBench, withPassword: string) {
  const json = { user: 'admin', password: withPassword, token: true };
  const { token } = (await bench.http.post('/api/v1/login', { json })).json<{ token: string }>();
  return { authorization: `Bearer ${token}` };
}

beforeAll(async () => {
  await using bench = await powerOn({ seed: 7 });
  const { http, label, phone } = bench;
  const first = { currentPassword: label.defaultPassword, newPassword: password };
  await http.put('/api/v1/me/password', {
    json: first,
    headers: await headersOf(bench, label.defaultPassword),
  });

  const headers = await headersOf(bench, password);
  const setUp = '/api/v1/me/two-step/enrolment';
  await http.post(setUp, { json: { password }, headers });
  await phone.scan(await http.get(`${setUp}/qr.png`, { headers }), 'admin');
  await http.post(`${setUp}/confirm`, { json: { code: phone.code('admin') }, headers });
  const question = { method: 'question', number: 2, answer: 'chess boxing' };
  await http.put(`${setUp}/alternative`, { json: question, headers });
  // This signs everybody out, so the board is at rest.
  await http.post(`${setUp}/finish`, { json: {}, headers });
  await phone.nextCode('admin');
  enrolled = await bench.snapshot();
});

test('the password alone opens no session', async () => {
  await using bench = resume(enrolled);
  const { http } = bench;
  const answer = await http.post('/api/v1/login', { json: { user: 'admin', password } });
  expect(answer.json()).toMatchObject({ status: 'second-step' });
});

test('the code on the phone does, once', async () => {
  await using bench = resume(enrolled);
  const { http, phone } = bench;
  const code = phone.code('admin');
  for (const status of [200, 401]) {
    const begun = await http.post('/api/v1/login', { json: { user: 'admin', password } });
    const path = `/api/v1/login/${begun.json<{ pending: string }>().pending}/verify`;
    const answer = await http.post(path, { json: { method: 'code', code } });
    expect(answer.status).toBe(status);
  }
});

test('RESET for three seconds takes the second step away', async () => {
  await using bench = resume(enrolled);
  expect(bench).toBeInState({ 'two-step.admin': 'enabled' });
  await bench.resetButton.hold('3s');
  await bench.advance('5s');
  expect(bench).toHaveReset('basic');
  expect(bench).toBeInState({ 'two-step.admin': 'disabled' });
});
