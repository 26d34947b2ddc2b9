import { describe, expect, it } from 'vitest';
import type { ReceivedMail } from '#sim/peers/mailbox';
import { admin, codeAt, passwordOf, type Enrolled } from '../../two-step/two-step-rig.ts';
import { WebRig } from '../web-rig.ts';
import { encoded, loginPath, QtsClient } from './qts-client.ts';

const pet = { number: 1, answer: 'Rex the second' } as const;
const own = { number: 4, text: 'Which ]]> <street>?', answer: 'Oak lane' } as const;

interface Scene {
  readonly client: QtsClient;
  readonly rig: WebRig;
  readonly maria: Enrolled;
  readonly code: (steps?: number) => string;
}

async function scene(choice: Parameters<WebRig['enrol']>[1] = pet): Promise<Scene> {
  const rig = await WebRig.start();
  const maria = rig.addEnrolled('maria', choice);
  const code = (steps = 0): string => codeAt(maria.secret, rig.nowMs + steps * 30_000);
  return { client: new QtsClient(rig), rig, maria, code };
}

/** Somebody whose other way is e-mail. */
async function sceneWithMail(): Promise<Scene> {
  const rig = await WebRig.start();
  rig.setUpMail();
  rig.addUser('maria');
  const id = rig.idOf('maria');
  const { twoStep } = rig.services;
  const asker = { user: 'maria', address: 'serial' };
  const begun = twoStep.begin(id, asker);
  if (!begun.ok) throw new Error(begun.text);
  const secret = begun.enrolment.secretBase32;
  twoStep.confirm(id, codeAt(secret, rig.nowMs - 30_000));
  const chosen = twoStep.chooseEmail(id, 'maria@example.org');
  if (!chosen.ok) throw new Error(chosen.text);
  await rig.pass(5);
  twoStep.confirmEmail(id, codeOf(rig.mailServer.messages.at(-1)));
  const finished = twoStep.finish(id, asker);
  if (!finished.ok) throw new Error(finished.text);
  await rig.pass(60);
  const maria = { id, name: 'maria', secret, recoveryCodes: finished.recoveryCodes };
  const code = (steps = 0): string => codeAt(secret, rig.nowMs + steps * 30_000);
  return { client: new QtsClient(rig), rig, maria, code };
}

function codeOf(mail: ReceivedMail | undefined): string {
  const text = Buffer.from(mail?.message ?? []).toString('utf8');
  const [code] = /\b\d{8}\b/.exec(text.slice(text.indexOf('\r\n\r\n'))) ?? [];
  if (code === undefined) throw new Error('no code in the mail');
  return code;
}

const asked = {
  authPassed: '0',
  errorValue: '0',
  need_2sv: '1',
  lost_phone: '2',
  emergency_try_count: '0',
  emergency_try_limit: '5',
  security_code_length: '6',
};

describe('the second step', () => {
  it('is asked for after a right password, with the clock of the NAS beside it', async () => {
    const { client, rig } = await scene();
    const { settings } = rig.services;
    settings.set('time.zone', 'Europe/Berlin');
    settings.set('time.dateFormat', 'D.M.YYYY');
    settings.set('time.hours', 12);
    rig.setClock(Date.UTC(2027, 6, 4, 13, 5, 9));
    expect(await client.login('maria')).toEqual({
      ...asked,
      timezone: 'Europe/Berlin',
      clock_trust: 'manual',
      clock_synced_ago: '-1',
      timestamp: String(Date.UTC(2027, 6, 4, 13, 5, 9) / 1000),
      timestring: '4.7.2027 03:05:09 PM',
      time_format: '12',
      date_format_index: '8',
    });
    expect(rig.services.sessions.all()).toEqual([]);
  });

  it.each([
    ['YYYY/M/D', '1', '2027/7/4 13:05:09'],
    ['YYYY.M.D', '2', '2027.7.4 13:05:09'],
    ['YYYY-M-D', '3', '2027-7-4 13:05:09'],
    ['M/D/YYYY', '4', '7/4/2027 13:05:09'],
    ['M.D.YYYY', '5', '7.4.2027 13:05:09'],
    ['M-D-YYYY', '6', '7-4-2027 13:05:09'],
    ['D/M/YYYY', '7', '4/7/2027 13:05:09'],
    ['D.M.YYYY', '8', '4.7.2027 13:05:09'],
    ['D-M-YYYY', '9', '4-7-2027 13:05:09'],
  ] as const)('tells the time as %s, which is format %s', async (format, index, text) => {
    const { client, rig } = await scene();
    rig.services.settings.set('time.dateFormat', format);
    rig.setClock(Date.UTC(2027, 6, 4, 13, 5, 9));
    expect(await client.login('maria')).toMatchObject({
      timestring: text,
      time_format: '24',
      date_format_index: index,
    });
  });

  it('is passed with a code, once', async () => {
    const { client, code } = await scene();
    const security_code = code();
    expect(await client.login('maria', { security_code })).toMatchObject({
      authPassed: '1',
      username: 'maria',
    });
    expect(await client.login('maria', { security_code })).toMatchObject({
      ...asked,
      errorValue: '-1',
    });
  });

  it('is passed with the answer to the question, and not with a wrong one', async () => {
    const { client } = await scene();
    expect(await client.login('maria', { security_answer: 'Wuff' })).toMatchObject({
      ...asked,
      errorValue: '-1',
      emergency_try_count: '1',
    });
    expect(await client.login('maria', { security_answer: ' rex  THE second ' })).toMatchObject({
      authPassed: '1',
    });
  });

  it('is passed with a recovery code where a client has no other field for it', async () => {
    const { client, maria } = await scene();
    const [security_code = ''] = maria.recoveryCodes;
    expect(await client.login('maria', { security_code })).toMatchObject({ authPassed: '1' });
    expect(await client.login('maria', { security_code })).toMatchObject({ authPassed: '0' });
  });

  it('is never skipped by clients on the NAS itself', async () => {
    const { client } = await scene();
    for (const from of ['127.0.0.1', '::1']) {
      expect(await client.login('maria', {}, { from })).toMatchObject(asked);
      expect(await client.login('maria', { force_to_check_2sv: 1 }, { from })).toMatchObject(asked);
    }
  });

  it('blocks the other way after five wrong answers, until a code passes', async () => {
    const { client, code } = await scene();
    for (let count = 1; count <= 5; count += 1) {
      const answer = await client.login(
        'maria',
        { security_answer: 'Wuff' },
        { from: `192.168.1.${count}` },
      );
      expect(answer).toMatchObject({
        emergency_try_count: String(count),
        lost_phone: count < 5 ? '2' : '-1',
      });
    }
    const answered = await client.login('maria', { security_answer: pet.answer, get_question: 1 });
    expect(answered).toMatchObject({ authPassed: '0', need_2sv: '1', lost_phone: '-1' });
    expect(answered.security_question_no).toBeUndefined();
    await client.login('maria', { security_code: code() });
    expect(await client.login('maria')).toMatchObject({
      lost_phone: '2',
      emergency_try_count: '0',
    });
  });

  it('counts wrong codes of all calls together, each as a failed login of its address', async () => {
    const { client, rig, maria, code } = await scene();
    const wrong = rig.wrongCode(maria);
    for (let count = 0; count < 5; count += 1) {
      expect(await client.login('maria', { security_code: wrong })).toMatchObject({
        need_2sv: '1',
      });
    }
    expect(await client.login('maria', { security_code: code() })).toEqual({
      authPassed: '0',
      errorValue: '-1',
    });
    const elsewhere = await client.login('maria', { security_code: wrong }, { from: '10.0.0.1' });
    expect(elsewhere).toMatchObject({ errorValue: '-1' });
    // The sixth wrong code costs a wait, whoever comes next.
    const next = await client.login('maria', { security_code: code() }, { from: '10.0.0.2' });
    expect(next).toMatchObject({ authPassed: '0', need_2sv: '1' });
    await rig.pass(6);
    const later = await client.login('maria', { security_code: code() }, { from: '10.0.0.2' });
    expect(later).toMatchObject({ authPassed: '1' });
  });

  it('says so where somebody has no other way', async () => {
    const rig = await WebRig.start();
    rig.addEnrolled('maria');
    expect(await new QtsClient(rig).login('maria', { get_question: 1 })).toMatchObject({
      lost_phone: '3',
    });
  });

  it('leaves nothing pending behind', async () => {
    const { client, rig, maria } = await scene();
    await client.login('maria');
    await client.login('maria', { security_code: rig.wrongCode(maria) });
    await rig.pass(3_600);
    expect(rig.services.signIn.isIdle).toBe(true);
    expect(rig.logTexts().filter((text) => text.includes('given up'))).toEqual([]);
  });
});

describe('the security question', () => {
  it.each([
    [undefined, 'What is the name of your pet?'],
    ['ENG', 'What is the name of your pet?'],
    ['GER', 'Wie heißt Ihr Haustier?'],
    ['FRE', 'Quel est le nom de votre animal de compagnie ?'],
    ['XYZ', 'What is the name of your pet?'],
    ['constructor', 'What is the name of your pet?'],
  ])('is asked in the language %s', async (language, text) => {
    const { client } = await scene();
    const q_lang = language === undefined ? {} : { q_lang: language };
    expect(await client.login('maria', { get_question: 1, ...q_lang })).toMatchObject({
      ...asked,
      security_question_no: '1',
      security_question_text: text,
    });
  });

  it('is asked as its user wrote it', async () => {
    const { client } = await scene(own);
    expect(await client.login('maria', { get_question: 1, q_lang: 'GER' })).toMatchObject({
      security_question_no: '4',
      security_question_text: own.text,
    });
  });

  it('is told to nobody who does not ask, or does not know the password', async () => {
    const { client } = await scene();
    expect((await client.login('maria')).security_question_no).toBeUndefined();
    const query = { user: 'maria', pwd: encoded('wrong'), get_question: 1 };
    expect(await client.call(loginPath, query)).toEqual({ authPassed: '0', errorValue: '-1' });
  });
});

describe('the e-mailed code', () => {
  it('is sent where it is asked for, and passes the second step once', async () => {
    const { client, rig } = await sceneWithMail();
    expect(await client.login('maria')).toMatchObject({ ...asked, lost_phone: '1' });
    const before = rig.mailServer.messages.length;
    expect(await client.login('maria', { send_mail: 1 })).toMatchObject({
      ...asked,
      lost_phone: '1',
      send_result: '1',
    });
    expect(rig.mailServer.messages).toHaveLength(before + 1);
    const security_code = codeOf(rig.mailServer.messages.at(-1));
    expect(await client.login('maria', { security_code })).toMatchObject({ authPassed: '1' });
    expect(await client.login('maria', { security_code })).toMatchObject({ authPassed: '0' });
  });

  it('says 0 where a mail was sent just now, and where the server takes none', async () => {
    const { client, rig } = await sceneWithMail();
    await client.login('maria', { send_mail: 1 });
    expect(await client.login('maria', { send_mail: 1 })).toMatchObject({ send_result: '0' });
    await rig.pass(31);
    rig.mailServer.reject('451 4.3.0 try again later');
    expect(await client.login('maria', { send_mail: 1 })).toMatchObject({ send_result: '0' });
  });

  it('says -1 where this NAS sends no mail', async () => {
    const { client, rig } = await sceneWithMail();
    for (const { id } of rig.services.mailAccounts.list()) rig.services.mailAccounts.remove(id);
    expect(await client.login('maria', { send_mail: 1 })).toMatchObject({ send_result: '-1' });
  });

  it('is sent to nobody without the password', async () => {
    const { client, rig } = await sceneWithMail();
    const before = rig.mailServer.messages.length;
    const query = { user: 'maria', pwd: encoded('wrong'), send_mail: 1 };
    expect(await client.call(loginPath, query)).toEqual({ authPassed: '0', errorValue: '-1' });
    await rig.pass(60);
    const codes = rig.mailServer.messages
      .slice(before)
      .filter(({ subject }) => /code/i.test(subject));
    expect(codes).toEqual([]);
  });
});

describe('a remembered device', () => {
  it('skips the second step until its days are over', async () => {
    const { client, rig, code } = await scene();
    const { vtoken } = await client.login('maria', {
      security_code: code(),
      dont_verify_2sv_again: 1,
      duration: 7,
      client_app: 'Photos',
    });
    const query = { vtoken: String(vtoken) };
    expect(await client.login('maria', query)).toMatchObject({ authPassed: '1' });
    expect(await client.login('maria', { ...query, force_to_check_2sv: 1 })).toMatchObject(asked);
    expect(rig.services.twoStep.devices(rig.idOf('maria'))).toMatchObject([
      { application: 'Photos' },
    ]);
    rig.setClock(rig.nowMs + 7 * 86_400_000 + 1000);
    expect(await client.login('maria', query)).toMatchObject(asked);
  });

  it('is good for its user and its password only', async () => {
    const { client, rig, code } = await scene();
    rig.addEnrolled('bob', pet);
    const { vtoken } = await client.login('maria', {
      security_code: code(),
      dont_verify_2sv_again: 1,
    });
    expect(await client.login('bob', { vtoken: String(vtoken) })).toMatchObject(asked);
    rig.services.twoStep.disable(rig.idOf('maria'), { by: 'administrator', asker: admin });
    rig.enrol('maria', pet);
    expect(await client.login('maria', { vtoken: String(vtoken) })).toMatchObject(asked);
    expect(passwordOf('maria')).not.toBe(passwordOf('bob'));
  });

  it('is not made where nobody asked for it', async () => {
    const { client, code } = await scene();
    const answer = await client.login('maria', { security_code: code() });
    expect(answer.vtoken).toBeUndefined();
  });
});
