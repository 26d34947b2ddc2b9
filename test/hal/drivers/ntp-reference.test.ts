import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { ntpChecks } from '#hal/drivers/ntp-reply';

test('the reference names every check of the driver sntp, and none of ntp-client', () => {
  const page = readFileSync(
    new URL('../../../docs/reference/ntp-drivers.md', import.meta.url),
    'utf8',
  );
  const rows = page.split('\n').flatMap((line) => {
    const [, check, , sntp, ntpClient] = line.split(' | ').length === 4 ? cells(line) : [];
    return check === undefined || !check.startsWith('`') ? [] : [[check, sntp, ntpClient]];
  });
  expect(rows).toEqual(ntpChecks.map((check) => [`\`${check}\``, 'yes', 'no']));
});

function cells(line: string): string[] {
  return line.split('|').map((cell) => cell.trim());
}
