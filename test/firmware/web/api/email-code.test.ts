import { describe, expect, it } from 'vitest';
import type { TestBench } from '#sim/testing';
import { adminPassword, appliance, type Browser } from './api-rig.ts';

const enrolment = '/me/two-step/enrolment';
const to = 'admin@mail.example';
const address = { method: 'email', address: to };

/** The code in the next mail. */
async function mailedCode(bench: TestBench): Promise<string> {
  const { text } = await bench.mailbox.waitFor({ to, text: /\b\d{8}\b/ });
  const [code = ''] = /\b\d{8}\b/.exec(text) ?? [];
  return code;
}

/** `admin` in the wizard, at the choice of another way, on an appliance that sends mail. */
async function atChoice(): Promise<{ bench: TestBench; admin: Browser }> {
  const { bench, admin } = await appliance();
  await admin.post('/mail-accounts', {
    name: 'ours',
    host: 'mail.example',
    port: 25,
    security: 'none',
    sender: 'nas@mail.example',
  });
  const { uri } = (await admin.post(enrolment, { password: adminPassword })).body;
  await bench.phone.add(uri, 'admin');
  await admin.post(`${enrolment}/confirm`, { code: bench.phone.code('admin') });
  return { bench, admin };
}

/** The same, signed out, with a code by e-mail as the other way. */
async function withEmail(): Promise<{ bench: TestBench; admin: Browser }> {
  const { bench, admin } = await atChoice();
  await admin.put(`${enrolment}/alternative`, address);
  await admin.post(`${enrolment}/email-confirmation`, { code: await mailedCode(bench) });
  const finished = await admin.post(`${enrolment}/finish`);
  if (finished.status !== 200) throw new Error(`not finished: ${finished.problem}`);
  admin.csrfToken = undefined;
  await bench.advance('31s');
  return { bench, admin };
}

describe('a code by e-mail as the other way, through the API', () => {
  it('counts once the address was confirmed by a code', async () => {
    const { bench, admin } = await atChoice();
    expect((await admin.post(`${enrolment}/email-confirmation`, { code: '1' })).problem).toBe(
      'code-wrong',
    );
    expect((await admin.put(`${enrolment}/alternative`, address)).body).toEqual({ mail: 'sent' });
    const again = await admin.put(`${enrolment}/alternative`, address);
    expect(again).toMatchObject({ status: 429, problem: 'too-many-tries' });
    const code = await mailedCode(bench);
    const wrong = code === '00000000' ? '11111111' : '00000000';
    const confirm = (typed: string) =>
      admin.post(`${enrolment}/email-confirmation`, { code: typed });
    expect((await confirm(wrong)).problem).toBe('code-wrong');
    expect((await confirm(` ${code} `)).status).toBe(204);
    expect((await admin.post(`${enrolment}/finish`)).status).toBe(200);
    await bench.advance('31s');
    const login = await admin.logIn('admin', adminPassword);
    expect(login.body).toMatchObject({
      methods: ['code', 'email', 'recovery-code'],
      question: null,
      emailHint: 'a…@mail.example',
    });
  });

  it.each([
    ['none', 'email-invalid'],
    ['a@b.example\r\nBcc: c@d.example', 'email-invalid'],
  ])('refuses the address %j', async (typed, problem) => {
    const { admin } = await atChoice();
    const choice = { method: 'email', address: typed };
    expect((await admin.put(`${enrolment}/alternative`, choice)).problem).toBe(problem);
  });

  it('is not offered where it is switched off', async () => {
    const { admin } = await atChoice();
    await admin.patch('/settings', { 'twoStep.allowEmail': false });
    expect((await admin.put(`${enrolment}/alternative`, address)).problem).toBe('email-off');
  });

  it('says where the mail could not be sent, and tries again', async () => {
    const { bench, admin } = await atChoice();
    bench.mailbox.down();
    expect((await admin.put(`${enrolment}/alternative`, address)).body).toEqual({ mail: 'failed' });
    expect((await admin.get('/outbox')).body.mails).toMatchObject([{ to, tries: 1 }]);
    bench.mailbox.up();
    await bench.advance('5m');
    expect(
      await admin.post(`${enrolment}/email-confirmation`, { code: await mailedCode(bench) }),
    ).toMatchObject({ status: 204 });
  });

  it('passes the second step, once', async () => {
    const { bench, admin } = await withEmail();
    const { pending } = (await admin.logIn('admin', adminPassword)).body;
    expect((await admin.post(`/login/${pending}/email-code`)).body).toEqual({ mail: 'sent' });
    const early = await admin.post(`/login/${pending}/email-code`);
    expect(early).toMatchObject({ status: 429, problem: 'too-many-tries' });
    expect(early.headers['retry-after']).toBe('30');
    const proof = { method: 'email', code: await mailedCode(bench) };
    expect((await admin.post(`/login/${pending}/verify`, proof)).body.status).toBe('signed-in');
    expect((await admin.get('/me/two-step')).body).toMatchObject({
      emailHint: 'a…@mail.example',
      question: null,
    });
    const next = (await admin.logIn('admin', adminPassword)).body.pending;
    expect((await admin.post(`/login/${next}/verify`, proof)).problem).toBe('wrong-proof');
    expect((await admin.post('/login/none/email-code')).problem).toBe('login-expired');
  });

  it('is blocked after five wrong tries', async () => {
    const { admin } = await withEmail();
    const { pending } = (await admin.logIn('admin', adminPassword)).body;
    const proof = { method: 'email', code: '0' };
    for (let count = 0; count < 5; count += 1) {
      expect((await admin.post(`/login/${pending}/verify`, proof)).problem).toBe('wrong-proof');
    }
    expect((await admin.post(`/login/${pending}/verify`, proof)).problem).toBe(
      'alternative-blocked',
    );
    expect((await admin.post(`/login/${pending}/email-code`)).problem).toBe('alternative-blocked');
    const standing = (await admin.get(`/login/${pending}`)).body;
    expect(standing).toMatchObject({
      methods: ['code', 'recovery-code'],
      alternative: { tries: 5, limit: 5 },
      emailHint: null,
    });
  });

  it('needs an account to send mail with', async () => {
    const { admin } = await withEmail();
    const { pending } = (await admin.logIn('admin', adminPassword)).body;
    await admin.post(`/login/${pending}/verify`, {
      method: 'code',
      code: admin.bench.phone.code('admin'),
    });
    await admin.delete('/mail-accounts/1');
    const next = (await admin.logIn('admin', adminPassword)).body.pending;
    expect((await admin.post(`/login/${next}/email-code`)).problem).toBe('no-mail');
  });
});
