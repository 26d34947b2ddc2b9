import { describe, expect, it } from 'vitest';
import { URI, type TOTP } from 'otpauth';
import { adminInShell, adminPassword, type ConsoleBench } from './console-bench.ts';
import { startLogin, stepMs } from './two-step-person.ts';

const admin = { name: 'admin', password: adminPassword };
const addAccount = 'mail add Office mail.example 587 starttls nas@example.org';

/** The code in the mail that came last. */
function mailedCode({ bench }: ConsoleBench): string {
  const [code] = /\b\d{8}\b/.exec(bench.mailServer.messages.at(-1)?.text ?? '') ?? [];
  if (code === undefined) throw new Error('no code was mailed');
  return code;
}

/** `admin` in the wizard, at the choice of another way, on a board that sends mail. */
async function atChoice(): Promise<{ console: ConsoleBench; shown: string }> {
  const console = await adminInShell();
  await console.enter(addAccount);
  await console.enter('2sv enable');
  const [uri = ''] = /otpauth:\S+/.exec(await console.enter(adminPassword)) ?? [];
  const app = URI.parse(uri) as TOTP;
  const timestamp = console.bench.firmware?.wallClockMs() ?? 0;
  return { console, shown: await console.enter(app.generate({ timestamp })) };
}

/** As `atChoice`, and on to the login prompt with codes by e-mail as the other way. */
async function withEmail(): Promise<ConsoleBench> {
  const { console } = await atChoice();
  await console.enter('5');
  await console.enter('carol@example.org', stepMs);
  expect(await console.enter(mailedCode(console))).toContain('2-step verification is on.');
  return console;
}

describe('a code by e-mail as the other way', () => {
  it('is offered in the wizard, and its address is confirmed by a code', async () => {
    const { console, shown } = await atChoice();
    expect(shown).toMatch(/\r\n {2}5: a code by e-mail\r\nOther way \(1-4, 5\): $/);
    expect(await console.enter('5')).toMatch(/E-mail address: $/);
    expect(await console.enter('carol')).toMatch(
      /Refused: That is no e-mail address\.\r\nOther way/,
    );
    await console.enter('5');
    expect(await console.enter('carol@example.org')).toMatch(
      /A code is on its way to carol@example\.org; Enter goes back\.\r\nCode from the mail: $/,
    );
    await console.wait(5_000);
    const code = mailedCode(console);
    expect(await console.enter('00000000')).toMatch(/Wrong code\.\r\nCode from the mail: $/);
    const end = await console.enter(code);
    expect(end).toContain('2-step verification is on.');
    expect(end).not.toContain(code);
    expect(console.bench.board.uart.output).not.toContain(code);
  });

  it('can be left for a question, also where too little time has passed for another', async () => {
    const { console } = await atChoice();
    await console.enter('5');
    await console.enter('carol@example.org', 5_000);
    expect(await console.enter('')).toMatch(/Other way \(1-4, 5\): $/);
    await console.enter('5');
    expect(await console.enter('carol@example.com')).toMatch(/Refused: .*wait.*\r\nOther way/);
    await console.enter('2');
    await console.enter('chess boxing');
    expect(await console.enter('chess boxing')).toContain('2-step verification is on.');
  });

  it('is not offered where the settings say so', async () => {
    const console = await adminInShell();
    await console.enter('setting set twoStep.allowEmail false');
    await console.enter('setting set twoStep.allowQuestions false');
    await console.enter('2sv enable');
    const [uri = ''] = /otpauth:\S+/.exec(await console.enter(adminPassword)) ?? [];
    const timestamp = console.bench.firmware?.wallClockMs() ?? 0;
    const code = (URI.parse(uri) as TOTP).generate({ timestamp });
    expect(await console.enter(code)).toContain('2-step verification is on.');
  });

  it('lets in at the login, from a mail that says nothing but that', async () => {
    const console = await withEmail();
    await startLogin(console, admin);
    expect(await console.enter('')).toBe(
      '\r\nVerify another way: 2 recovery code, 4 code by e-mail, Enter to go back ',
    );
    expect(await console.enter('4', 5_000)).toBe(
      '4\r\nA code is on its way to c…@example.org.\r\nCode from the mail: ',
    );
    expect(console.state()).toBe('email-code');
    const code = mailedCode(console);
    await console.enter(code);
    expect(console.state()).toBe('menu');
    expect(console.bench.board.uart.output).not.toContain(code);
    expect(JSON.stringify(console.bench.firmware?.log?.page({ limit: 100 }))).not.toContain(code);
    expect(console.bench.traceText()).not.toContain(code);
  });

  it('asks for the code of before where one was mailed a moment ago; Enter goes back', async () => {
    const console = await withEmail();
    await startLogin(console, admin);
    await console.type('\r4\r', 5_000);
    expect(await console.enter('')).toMatch(/Verify another way: .*$/);
    expect(await console.enter('4')).toMatch(
      /A code was mailed a moment ago\. Wait 2\d s\.\r\nCode from the mail: $/,
    );
    await console.enter(mailedCode(console));
    expect(console.state()).toBe('menu');
  });

  it('tells of wrong codes, and is closed after five', async () => {
    const console = await withEmail();
    await startLogin(console, admin);
    await console.type('\r4\r', 5_000);
    for (const left of ['4 tries left.', '3 tries left.', '2 tries left.', '1 try left.']) {
      expect(await console.enter('00000000')).toContain(`Wrong code. ${left}`);
      await console.enter('4');
    }
    expect(await console.enter('00000000')).toMatch(
      /Wrong code\. 0 tries left\.\r\nVerify another way: 2 recovery code, Enter to go back $/,
    );
  });

  it('says so where the mail could not be handed in, but not to the next one', async () => {
    const console = await withEmail();
    console.bench.mailServer.down();
    await startLogin(console, admin);
    const failed = 'The mail could not be handed in: it is tried again.';
    expect(await console.type('\r4\r', 10_000)).toMatch(
      new RegExp(`Code from the mail: \\r\\n${failed}\\r\\nCode from the mail: $`),
    );
    await console.type('\x03', stepMs);
    await startLogin(console, admin);
    await console.type('\r4\r', 1);
    expect(await console.type('\x03', stepMs)).not.toContain(failed);
  });
});
