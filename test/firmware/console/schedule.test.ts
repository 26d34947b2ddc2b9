import { describe, expect, it } from 'vitest';
import { adminInShell, adminPassword, createUser } from './console-bench.ts';

const day = 86_400_000;

describe('the command schedule', () => {
  it('shows next and last runs, in local time', async () => {
    const console = await adminInShell();
    await console.enter('setting set time.zone Europe/Berlin');
    await console.enter('setting set time.dateFormat D.M.YYYY');
    const before = await console.enter('schedule');
    expect(before).toContain('They follow.');
    expect(before).toMatch(/JOB +NEXT RUN +LAST RUN +PATTERN +WHAT IT DOES/);
    expect(before).toMatch(
      /log-pruning +25\.11\.2026 03:10:00 Europe\/Berlin +- +10 3 \* \* \* +removes entries/,
    );
    await console.wait(0.9 * day);
    for (const line of ['admin', adminPassword, 'q', 'y']) await console.enter(line);
    const after = await console.enter('schedule');
    expect(after).not.toContain('They follow.');
    expect(after).toMatch(
      /self-check +26\.11\.2026 03:40:00 Europe\/Berlin +25\.11\.2026 03:40:00 Europe\/Berlin +40 3/,
    );
    expect(after).toMatch(/ntp-sync +25\.11\.2026 \d\d:46:00/);
    expect(after).toMatch(/password-age +26\.11\.2026 08:20:00/);
    expect(after).toMatch(/store-check +29\.11\.2026 03:50:00/);
  });

  it('takes no words, and administrators alone', async () => {
    const console = await adminInShell();
    expect(await console.enter('schedule now')).toContain('"now" makes no sense');
    await createUser(console, 'bob', 'Blue-horse-8');
    await console.enter('logout');
    await console.enter('bob');
    await console.enter('Blue-horse-8');
    await console.enter('q');
    await console.enter('y');
    expect(await console.enter('schedule')).toContain('Only administrators use "schedule".');
  });
});
