import { PNG } from 'pngjs';
import qrcode from 'qrcode';
import { describe, expect, test } from 'vitest';
import { UsageError } from '#sim/kernel/invariant';
import { Phone } from '#sim/peers/phone';
import { pictureOfLastDrawing } from '#sim/peers/terminal-picture';

const startUs = Date.UTC(2026, 10, 24, 10) * 1000;

function phoneAt(atUs = startUs): { phone: Phone; time: { nowUs: number } } {
  const time = { nowUs: atUs };
  return { phone: new Phone(time), time };
}

/** The keys of RFC 6238, appendix B: as many bytes as the hash has, digits counted on. */
const rfcKey = (length: number): string =>
  base32(Buffer.from('1234567890'.repeat(7).slice(0, length)));

function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  return (bits.match(/.{1,5}/g) ?? [])
    .map((five) => letters[Number.parseInt(five.padEnd(5, '0'), 2)])
    .join('');
}

const secret = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP';
const uriOf = (key = secret): string =>
  `otpauth://totp/TS-453N:admin?secret=${key}&issuer=TS-453N&algorithm=SHA1&digits=6&period=30`;

describe('codes', () => {
  test.each([
    [59, '94287082', '46119246', '90693936'],
    [1_111_111_109, '07081804', '68084774', '25091201'],
    [1_111_111_111, '14050471', '67062674', '99943326'],
    [1_234_567_890, '89005924', '91819424', '93441116'],
    [2_000_000_000, '69279037', '90698825', '38618901'],
    [20_000_000_000, '65353130', '77737706', '47863826'],
  ])('RFC 6238, appendix B: %i s', async (seconds, ...codes) => {
    const { phone } = phoneAt(seconds * 1_000_000);
    const kinds = [
      ['SHA1', 20],
      ['SHA256', 32],
      ['SHA512', 64],
    ] as const;
    for (const [place, [algorithm, length]] of kinds.entries()) {
      const key = rfcKey(length);
      const uri = `otpauth://totp/rfc?secret=${key}&algorithm=${algorithm}&digits=8`;
      expect(await phone.add(uri, algorithm)).toEqual({ ok: true });
      expect(phone.code(algorithm)).toBe(codes[place]);
    }
  });

  test('a key means the same however it is typed', async () => {
    const { phone } = phoneAt();
    await phone.add(uriOf(), 'uri');
    for (const key of [
      secret,
      secret.toLowerCase(),
      `${secret}===`,
      ` ${secret.match(/.{4}/g)?.join(' ')} `,
    ]) {
      expect(await phone.add(key, 'typed')).toEqual({ ok: true });
      expect(phone.code('typed')).toBe(phone.code('uri'));
    }
  });

  test.each([
    ['', 'key-invalid'],
    ['hello, world', 'key-invalid'],
    ['hello', 'key-invalid'],
    ['A'.repeat(15), 'key-invalid'],
    ['JBSWY3DP1', 'key-invalid'],
    ['https://example.org/', 'uri-invalid'],
    ['otpauth://totp/admin?issuer=NAS', 'uri-invalid'],
    [`otpauth://hotp/admin?secret=${secret}&counter=0`, 'uri-invalid'],
  ])('«%s» is refused: %s', async (text, reason) => {
    const { phone } = phoneAt();
    expect(await phone.add(text, 'admin')).toMatchObject({ ok: false, reason });
    expect(() => phone.code('admin')).toThrow(UsageError);
  });

  test('an account says whom it is with, its code and how long that stands', async () => {
    const { phone, time } = phoneAt();
    await phone.add(uriOf(), 'admin');
    await phone.add(secret, 'bare');
    time.nowUs += 7_000_000;
    const code = phone.code('admin');
    expect(phone.accounts()).toEqual([
      { name: 'admin', title: 'TS-453N: admin', code, leftMs: 23_000 },
      { name: 'bare', title: '', code, leftMs: 23_000 },
    ]);
    expect(() => phone.code('jane')).toThrow(/no account "jane"; it has: admin, bare/);
  });
});

describe("the phone's clock", () => {
  test('is right until it is told otherwise', () => {
    const { phone, time } = phoneAt();
    time.nowUs += 86_400_000_000;
    expect(phone.skewMs).toBe(0);
    expect(phone.driftPpm).toBe(0);
  });

  test('off by 90 s it shows the code of 90 s ago', async () => {
    const { phone, time } = phoneAt();
    await phone.add(secret, 'admin');
    const before = phone.code('admin');
    time.nowUs += 90_000_000;
    expect(phone.code('admin')).not.toBe(before);
    phone.setSkew(-90_000);
    expect(phone.code('admin')).toBe(before);
  });

  test('a drift grows with time, and goes on after the clock was set', () => {
    const { phone, time } = phoneAt();
    phone.setDriftPpm(20);
    time.nowUs += 1_000_000_000_000;
    expect(phone.skewMs).toBeCloseTo(20_000, 3);
    phone.setSkew(0);
    expect(phone.skewMs).toBe(0);
    time.nowUs += 1_000_000_000_000;
    expect(phone.skewMs).toBeCloseTo(20_000, 3);
    expect(() => phone.setDriftPpm(-2e6)).toThrow(UsageError);
  });
});

/** What the console says around a drawing, its lines ended as a terminal wants them. */
function consoleWith(drawing: string): string {
  return `>> 2sv enable\r\nScan this:\r\n\r\n${drawing.replaceAll('\n', '\r\n')}\r\nKey: ${secret}\r\n`;
}

/** Dark modules as dark places of a dark terminal: light is what is drawn. */
const lightDrawn = { color: { dark: '#ffffff', light: '#000000' } };

const drawings = {
  'half blocks': async (text: string) => qrcode.toString(text, { type: 'utf8', ...lightDrawn }),
  'half blocks in colours': async (text: string) =>
    qrcode.toString(text, { type: 'terminal', small: true }),
  'coloured places': async (text: string) => qrcode.toString(text, { type: 'terminal' }),
  'full blocks': async (text: string) => fullBlocks(text, 4),
  'full blocks, one place of margin': async (text: string) => fullBlocks(text, 1),
  'reverse video': async (text: string) =>
    fullBlocks(text, 4)
      .split('\n')
      .map((line) =>
        line.replaceAll(/█+/g, (run) => `\u001b[7m${' '.repeat(run.length)}\u001b[27m`),
      )
      .join('\n'),
  'colours of the large table': async (text: string) =>
    (await qrcode.toString(text, { type: 'terminal' }))
      .replaceAll('\u001b[40m', '\u001b[48;5;16m')
      .replaceAll('\u001b[47m', '\u001b[48;2;250;250;250m'),
};

function fullBlocks(text: string, margin: number): string {
  const { modules } = qrcode.create(text, {});
  const isDark = (y: number, x: number): boolean =>
    Math.min(y, x) >= 0 && Math.max(y, x) < modules.size && modules.get(y, x) !== 0;
  const span = Array.from({ length: modules.size + 2 * margin }, (_, place) => place - margin);
  return span.map((y) => span.map((x) => (isDark(y, x) ? '  ' : '██')).join('')).join('\n');
}

describe('scanning the console', () => {
  test.each(Object.entries(drawings))('%s', async (_how, draw) => {
    const { phone } = phoneAt();
    await phone.add(secret, 'typed');
    const outcome = await phone.scanTerminal(consoleWith(await draw(uriOf())), 'admin');
    expect(outcome).toEqual({ ok: true });
    expect(phone.code('admin')).toBe(phone.code('typed'));
  });

  test.each(['A'.repeat(16), 'B'.repeat(32), 'C'.repeat(104)])('a key of %s', async (key) => {
    const { phone } = phoneAt();
    await phone.add(key, 'typed');
    const text = consoleWith(await drawings['half blocks'](uriOf(key)));
    expect(await phone.scanTerminal(text, 'admin')).toEqual({ ok: true });
    expect(phone.code('admin')).toBe(phone.code('typed'));
  });

  test('the last code that was drawn counts, whatever came after it', async () => {
    const { phone } = phoneAt();
    const draw = drawings['half blocks'];
    const other = secret.replaceAll('J', 'K');
    await phone.add(other, 'typed');
    const text = `${consoleWith(await draw(uriOf()))}${consoleWith(await draw(uriOf(other)))}\r\n>> `;
    expect(await phone.scanTerminal(text, 'admin')).toEqual({ ok: true });
    expect(phone.code('admin')).toBe(phone.code('typed'));
  });

  test.each([
    ['nothing drawn', 'nothing-drawn', async () => 'TS-453N login: ██ ▄▄ ██'],
    [
      'light and dark exchanged',
      'inverted',
      async () => qrcode.toString(uriOf(), { type: 'utf8' }),
    ],
    [
      'no quiet zone around it',
      'unreadable',
      async () => fullBlocks(uriOf(), 0).replaceAll('█', '▄'),
    ],
    [
      'a third of it missing',
      'unreadable',
      async () => {
        const lines = (await drawings['half blocks'](uriOf())).split('\n');
        return lines.slice(0, Math.floor((lines.length * 2) / 3)).join('\n');
      },
    ],
    ['another text', 'uri-invalid', async () => drawings['half blocks']('https://example.org/')],
    ['a bare key', 'uri-invalid', async () => drawings['half blocks'](secret)],
  ])('%s: %s', async (_what, reason, draw) => {
    const { phone } = phoneAt();
    const outcome = await phone.scanTerminal(consoleWith(await draw()), 'admin');
    expect(outcome).toMatchObject({ ok: false, reason });
  });

  test('a spoilt finder pattern', async () => {
    const { phone } = phoneAt();
    const lines = (await drawings['half blocks'](uriOf())).split('\n');
    const spoilt = lines.map((line, place) =>
      place >= 2 && place < 7 ? `${line.slice(0, 4)}${'█'.repeat(8)}${line.slice(12)}` : line,
    );
    const outcome = await phone.scanTerminal(consoleWith(spoilt.join('\n')), 'admin');
    expect(outcome).toMatchObject({ ok: false, reason: 'unreadable' });
  });

  test('a drawing is seen with places twice as high as wide', () => {
    const picture = pictureOfLastDrawing(`${'█'.repeat(20)}\n`.repeat(10));
    expect(picture?.width).toBe(picture?.height);
    expect(pictureOfLastDrawing(`${'█'.repeat(20)}\n`.repeat(9))).toBeUndefined();
  });
});

describe('scanning a picture', () => {
  test('a PNG file with a code in it', async () => {
    const { phone } = phoneAt();
    expect(await phone.scanPng(await qrcode.toBuffer(uriOf()), 'admin')).toEqual({ ok: true });
    expect(phone.accounts()).toMatchObject([{ title: 'TS-453N: admin' }]);
  });

  test.each([
    ['no PNG', 'no-picture', () => Buffer.from('GIF89a')],
    ['nothing in it', 'unreadable', () => PNG.sync.write(new PNG({ width: 64, height: 64 }))],
  ])('%s: %s', async (_what, reason, make) => {
    const { phone } = phoneAt();
    expect(await phone.scanPng(make(), 'admin')).toMatchObject({ ok: false, reason });
  });
});
