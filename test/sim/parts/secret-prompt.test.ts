import { describe, expect, test } from 'vitest';
import { isSecretPrompt, TypedRecorder } from '#sim/parts/secret-prompt';

describe('a prompt for a secret', () => {
  test.each([
    'Password: ',
    'password:',
    'New password (at least 8 characters): ',
    'Password: ***',
    'Security code: ',
    'Recovery code: ',
    'Answer: ',
    'Passphrase: ',
    '\u001b[1mPassword: \u001b[0m',
  ])('is %j', (line) => {
    expect(isSecretPrompt(line)).toBe(true);
  });

  test.each(['', 'login: ', 'TS-453N login: ', '>> ', 'Password changed.', 'decoder: ', 'Date: '])(
    'is not %j',
    (line) => {
      expect(isSecretPrompt(line)).toBe(false);
    },
  );
});

describe('of what is typed', () => {
  const typed = (recorder: TypedRecorder, text: string): string =>
    text.slice(0, recorder.openCount(Buffer.from(text)));

  test('all is recorded where no secret is asked for', () => {
    const recorder = new TypedRecorder();
    recorder.shown('login: ');
    expect(typed(recorder, 'adm')).toBe('adm');
    expect(typed(recorder, 'in\r\n')).toBe('in\r\n');
  });

  test('nothing is recorded at a prompt for a secret, however it was put together', () => {
    const recorder = new TypedRecorder();
    for (const part of ['login: admin\r\nPass', 'word', ': ']) recorder.shown(part);
    expect(typed(recorder, 'se')).toBe('');
    expect(typed(recorder, 'cret\r')).toBe('');
    recorder.shown('\r\nWelcome\r\n# ');
    expect(typed(recorder, 'date\r')).toBe('date\r');
  });

  test('what is typed ahead of the answer to a line is not recorded', () => {
    const recorder = new TypedRecorder();
    recorder.shown('login: ');
    expect(typed(recorder, 'admin\rsecret\r')).toBe('admin\r');
    expect(typed(recorder, 'more\r')).toBe('');
    recorder.shown('\r\nlogin: ');
    expect(typed(recorder, 'admin\n')).toBe('admin\n');
    expect(typed(recorder, 'secret')).toBe('');
  });

  test('a very long line is looked at from its end', () => {
    const recorder = new TypedRecorder();
    for (let count = 0; count < 1_000; count += 1) recorder.shown('x'.repeat(100));
    recorder.shown(' password: ');
    expect(typed(recorder, 'secret')).toBe('');
    recorder.reset();
    expect(typed(recorder, 'open')).toBe('open');
  });
});
