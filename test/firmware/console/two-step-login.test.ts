import { describe, expect, it } from 'vitest';
import { adminInShell, adminPassword, type ConsoleBench } from './console-bench.ts';
import {
  enrolAdmin,
  logInWithCode,
  securityAnswer,
  startLogin,
  stepMs,
  type Person,
} from './two-step-person.ts';
import { goOffline } from '../offline.ts';

async function enrolledAdmin(): Promise<{ console: ConsoleBench; admin: Person }> {
  const console = await adminInShell();
  return { console, admin: await enrolAdmin(console) };
}

/** As `enrolledAdmin`, after a power cycle in which the RTC lost its time. */
async function withoutClock(): Promise<{ console: ConsoleBench; admin: Person }> {
  const { console, admin } = await enrolledAdmin();
  const { board } = console.bench;
  board.rtc.setBattery(false);
  goOffline(board);
  board.powerCycle();
  await console.wait(5_000);
  return { console, admin };
}

describe('a login of a user with 2-step verification', () => {
  it('asks for a security code after the password, which is not echoed', async () => {
    const { console, admin } = await enrolledAdmin();
    expect(await startLogin(console, admin)).toBe('\r\nSecurity code: ');
    expect(console.state()).toBe('security-code');
    const answer = await console.enter(admin.code());
    expect(answer).toMatch(/^\r\n\r\nNAS console management/);
    expect(console.state()).toBe('menu');
  });

  it('takes the same code once only', async () => {
    const { console, admin } = await enrolledAdmin();
    const code = admin.code();
    await startLogin(console, admin);
    await console.enter(code);
    await console.type('\x04');
    await startLogin(console, admin);
    // The log tells the owner that it was used; who types it is told no more than of any other.
    expect(await console.enter(code)).toMatch(/^\r\nWrong code\. The NAS says it is [^.]*\.\r\n/);
    expect(console.state()).toBe('security-code');
    await console.wait(stepMs);
    await console.enter(admin.code());
    expect(console.state()).toBe('menu');
  });

  it('tells of a wrong code by the clock of the NAS, and asks again', async () => {
    const { console, admin } = await enrolledAdmin();
    await startLogin(console, admin);
    const answer = await console.enter('000000');
    expect(answer).toMatch(
      /^\r\nWrong code\. The NAS says it is 2026-11-24 10:\d\d:\d\d UTC \(synchronised \d+ (?:s|min) ago\)\.\r\nSecurity code: $/,
    );
    await console.enter(admin.code());
    expect(console.state()).toBe('menu');
  });

  it('ends after five wrong codes, and makes the next code wait', async () => {
    const { console, admin } = await enrolledAdmin();
    await startLogin(console, admin);
    for (let count = 1; count < 5; count += 1) await console.enter('000000');
    expect(await console.enter('000000')).toMatch(
      /Wrong code\..*UTC \(.*\)\. Log in again\.\r\nTS-453N login: $/,
    );
    await startLogin(console, admin);
    expect(await console.enter('000000')).toMatch(
      /Wrong code\..*UTC \(.*\)\. Wait 5 s\.\r\nSecurity code: $/,
    );
    expect(await console.enter(admin.code())).toMatch(
      /Not checked\. Wait 5 s\.\r\nSecurity code: $/,
    );
    await console.type('\x03');
    expect(await startLogin(console, admin)).toMatch(
      /\r\nAfter too many wrong codes: Wait 5 s\.\r\nSecurity code: $/,
    );
    await console.wait(60_000);
    await console.enter(admin.code());
    expect(console.state()).toBe('menu');
  });

  it.each([
    ['Ctrl-C', '\x03'],
    ['Ctrl-D', '\x04'],
  ])('is given up by %s', async (_key, byte) => {
    const { console, admin } = await enrolledAdmin();
    for (const input of ['', '\r', '\r1\r', '\r2\r']) {
      await startLogin(console, admin);
      if (input !== '') await console.type(input);
      expect(await console.type(byte)).toMatch(/TS-453N login: $/);
      expect(console.bench.firmware?.record()).toBeDefined();
    }
  });

  it('is given up when nobody types for ten minutes', async () => {
    const { console, admin } = await enrolledAdmin();
    await startLogin(console, admin);
    await console.wait(600_000);
    expect(console.state()).toBe('login');
  });

  it('lives five minutes', async () => {
    const { console, admin } = await enrolledAdmin();
    await startLogin(console, admin);
    await console.wait(301_000);
    expect(await console.enter(admin.code())).toMatch(
      /\r\nThat took too long\. Log in again\.\r\nTS-453N login: $/,
    );
  });

  it('says the same as any other where the password is wrong', async () => {
    const { console, admin } = await enrolledAdmin();
    await console.enter(admin.name);
    expect(await console.enter('wrong', 2_100)).toBe('\r\nLogin incorrect\r\nTS-453N login: ');
  });

  it('never shows or logs what was typed', async () => {
    const { console, admin } = await enrolledAdmin();
    const { uart } = console.bench.board;
    await console.type('\x03');
    uart.clearOutput();
    const code = admin.code();
    await logInWithCode(console, admin);
    await console.type('\x04');
    await startLogin(console, admin);
    await console.type('\r1\r');
    await console.enter(securityAnswer);
    await console.type('\x04');
    await startLogin(console, admin);
    await console.type('\r2\r');
    await console.enter(admin.recoveryCodes[0] ?? '');
    expect(console.state()).toBe('menu');
    const log = JSON.stringify(console.bench.firmware?.log?.page({ limit: 100 }));
    for (const secret of [code, securityAnswer, admin.secretBase32, ...admin.recoveryCodes]) {
      expect(uart.output).not.toContain(secret);
      expect(log).not.toContain(secret);
    }
  });
});

describe('another way', () => {
  it('is offered when Enter alone is typed, and Enter goes back', async () => {
    const { console, admin } = await enrolledAdmin();
    await startLogin(console, admin);
    expect(await console.enter('')).toBe(
      '\r\nVerify another way: 1 security question, 2 recovery code, Enter to go back ',
    );
    expect(console.state()).toBe('another-way');
    expect(await console.enter('9')).toContain('There is no way "9".\r\nVerify another way: ');
    expect(await console.enter('')).toBe('\r\nSecurity code: ');
  });

  it('is the answer to the security question, however it is written', async () => {
    const { console, admin } = await enrolledAdmin();
    await startLogin(console, admin);
    await console.enter('');
    expect(await console.enter('1')).toBe(
      '1\r\nSecurity question: What is the name of your pet?\r\nAnswer: ',
    );
    expect(console.state()).toBe('security-answer');
    await console.enter(securityAnswer.toUpperCase());
    expect(console.state()).toBe('menu');
  });

  it('is closed after five wrong answers, until a code was right', async () => {
    const { console, admin } = await enrolledAdmin();
    await startLogin(console, admin);
    await console.enter('');
    for (const left of ['4 tries left.', '3 tries left.', '2 tries left.', '1 try left.']) {
      await console.enter('1');
      expect(await console.enter('Fido')).toContain(`Wrong answer. ${left}`);
    }
    await console.enter('1');
    expect(await console.enter('Fido')).toContain('Wrong answer.');
    if (console.state() !== 'another-way') {
      await console.type('\x03');
      await startLogin(console, admin);
      await console.enter('');
    }
    expect(await console.enter('1')).toContain('There is no way "1".\r\nVerify another way: 2 ');
    await console.enter('');
    await console.enter(admin.code());
    expect(console.state()).toBe('menu');
    await console.type('\x04');
    await startLogin(console, admin);
    expect(await console.enter('')).toContain('1 security question');
  });

  it('is a recovery code, each once', async () => {
    const { console, admin } = await enrolledAdmin();
    expect(admin.recoveryCodes).toHaveLength(10);
    for (const isFirst of [true, false]) {
      await startLogin(console, admin);
      await console.enter('');
      expect(await console.enter('2')).toBe('2\r\nRecovery code: ');
      expect(console.state()).toBe('recovery-code');
      const answer = await console.enter(admin.recoveryCodes[3]?.toLowerCase() ?? '');
      if (!isFirst) expect(answer).toContain('Wrong recovery code.');
      expect(console.state() === 'menu').toBe(isFirst);
      await console.type('\x04');
    }
  });
});

describe('a clock that is set but not synchronised', () => {
  it('is shown before the code is asked for', async () => {
    const { console, admin } = await enrolledAdmin();
    const { board } = console.bench;
    goOffline(board);
    board.powerCycle();
    await console.wait(5_000);
    expect(await startLogin(console, admin)).toMatch(
      /^\r\nThe NAS says it is 2026-11-24 10:\d\d:\d\d UTC \(rtc, not synchronised\)\.\r\nSecurity code: $/,
    );
  });
});

describe('a clock that is not set', () => {
  it('lets no code count, says so, and lets an administrator set it', async () => {
    const { console, admin } = await withoutClock();
    expect(await startLogin(console, admin)).toBe(
      '\r\nThe clock of the NAS is not set: security codes cannot be checked.\r\n' +
        'Verify another way: 1 security question, 2 recovery code, 3 set the clock, ' +
        'Enter to go back ',
    );
    expect(await console.enter('3')).toBe(
      '3\r\nNew time (YYYY-MM-DD hh:mm:ss), Enter to go back: ',
    );
    expect(console.state()).toBe('clock');
    expect(await console.enter('yesterday')).toContain('Refused: a time is written');
    await console.enter('3');
    expect(await console.enter('2026-12-01 08:00:00')).toMatch(
      /The NAS says it is 2026-12-01 08:00:00 UTC \(set by hand, not synchronised\)\.\r\nSecurity code: $/,
    );
    await console.enter(admin.code());
    expect(console.state()).toBe('menu');
    expect(console.log()).toContainEqual(expect.stringMatching(/^clock set from .* to 2026-12-01/));
  });

  it('still lets in by another way, and goes back to the name', async () => {
    const { console, admin } = await withoutClock();
    await startLogin(console, admin);
    expect(await console.enter('')).toMatch(/TS-453N login: $/);
    await startLogin(console, admin);
    await console.enter('2');
    await console.enter(admin.recoveryCodes[0] ?? '');
    expect(console.state()).toBe('menu');
  });
});

describe('RESET held for three seconds', () => {
  it('ends a login that waits for its code, and clears 2-step verification of admin', async () => {
    const { console, admin } = await enrolledAdmin();
    await startLogin(console, admin);
    console.bench.board.resetButton.hold(3_000_000);
    expect(await console.wait(8_000)).toMatch(/TS-453N login: $/);
    await console.enter('admin');
    expect(await console.enter(console.bench.board.defaultPassword)).toContain('New password: ');
    await console.enter(adminPassword);
    await console.enter(adminPassword);
    expect(console.state()).toBe('menu');
  });
});
