import { describe, expect, it } from 'vitest';
import { qrPicture } from '#firmware/console/qr-picture';
import { readQrCode } from '#sim/peers/qr-reader';
import { pictureOfLastDrawing } from '#sim/peers/terminal-picture';

const uri = (account: string): string =>
  `otpauth://totp/TS-453N:${account}?secret=${'A2B3'.repeat(8)}&issuer=TS-453N` +
  '&algorithm=SHA1&digits=6&period=30';

/** What a camera in front of the terminal reads. */
async function scanned(lines: readonly string[]): Promise<string | undefined> {
  const picture = pictureOfLastDrawing(`${lines.join('\r\n')}\r\n`);
  const reading = picture && (await readQrCode(picture));
  return reading?.ok === true ? reading.text : undefined;
}

const columnsOf = (line: string): number => Array.from(line.replace(/\x1b\[[\d;]*m/g, '')).length;

describe('a QR code on a terminal', () => {
  it.each([1, 5, 32, 64, 128, 200])('with an account of %d letters is read', async (length) => {
    const text = uri('a'.repeat(length));
    const lines = qrPicture(text) ?? [];
    expect(await scanned(lines)).toBe(text);
    expect(new Set(lines.map(columnsOf)).size).toBe(1);
    expect(columnsOf(lines[0] ?? '')).toBeLessThanOrEqual(80);
  });

  it('of an ordinary account leaves a line of 24 for the prompt', () => {
    expect(qrPicture(uri('admin'))?.length).toBeLessThanOrEqual(23);
  });

  it('says its colours itself, so that no background inverts it', () => {
    for (const line of qrPicture(uri('admin')) ?? []) {
      expect(line).toMatch(/^\x1b\[30;47;107m[ ▀▄█]+\x1b\[0m$/);
    }
  });

  it('is not drawn where it is wider than the terminal', () => {
    expect(qrPicture(uri('a'.repeat(400)))).toBeUndefined();
  });

  it('that were inverted would not be read', async () => {
    const inverted = (qrPicture(uri('admin')) ?? []).map((line) =>
      line.replace('30;47;107', '37;40'),
    );
    expect(await scanned(inverted)).toBeUndefined();
  });
});
