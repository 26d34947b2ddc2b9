import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ShownRecorder, tellableEnd } from '#sim/parts/shown-secrets';

const black = '\x1b[30;47;107m';

describe('what a console shows to one person only', () => {
  it.each([
    ['a key', 'Security key: ABCD EFGH\r\n', 'Security key: (not recorded)\n'],
    ['a URI', 'otpauth://totp/NAS:admin?secret=ABCD\r\n', '(not recorded)\n'],
    ['a QR code', `${black}  █▀▄ \x1b[0m\r\n`, '(not recorded)\n'],
    ['a recovery code', '  recovery code 3: AB-CD\r\n', '  recovery code 3: (not recorded)\n'],
  ])('is left out of the record: %s', (_, shown, recorded) => {
    expect(new ShownRecorder().take(`before\n${shown}after`)).toBe(`before\n${recorded}after`);
  });

  it.each([
    'TS-453N login: admin',
    'Security code: ',
    'Recovery codes left: 10',
    '2-step verification: enabled',
    `${black}a coloured line\x1b[0m`,
  ])('and nothing else is: %s', (shown) => {
    expect(new ShownRecorder().take(`${shown}\r\n`)).toBe(`${shown}\r\n`);
  });

  it('stays out in whatever pieces it comes', () => {
    const text = 'x\nSecurity key: QQQQ WWWW\r\notpauth://totp/a?secret=QQQQWWWW\r\n█QQQQ█\r\nend';
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 20 })), (sizes) => {
        const recorder = new ShownRecorder();
        let recorded = '';
        let at = 0;
        for (const size of [...sizes, text.length]) {
          recorded += recorder.take(text.slice(at, at + size));
          at += size;
        }
        expect(recorded).not.toMatch(/QQQQ|WWWW|secret=/);
        expect(recorded).toMatch(/^x\n/);
        expect(recorded).toMatch(/\nend$/);
      }),
    );
  });

  it('stays out of the end of an output that begins in the midst of its line', () => {
    const output = 'x\r\n  recovery code 3: AB-CD\r\n$ ';
    for (let length = 0; length <= output.length; length += 1) {
      expect(tellableEnd(output, output.slice(-length))).not.toMatch(/AB|CD/);
    }
    expect(tellableEnd(output, '\r\n$ ')).toBe('\n$ ');
    expect(tellableEnd('other', 'kept as it is\r\n')).toBe('kept as it is\r\n');
  });
});
