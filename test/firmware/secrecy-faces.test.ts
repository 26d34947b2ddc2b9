import { beforeAll, describe, expect, it, vi } from 'vitest';
import { powerOn } from '#sim/testing';
import { WholeRun, type Run } from './secrecy-run.ts';
import { placesOf } from './secret-search.ts';

describe('of all that was secret in a run through console, QTS API, JSON API and mail', () => {
  let run: Run;
  beforeAll(async () => {
    await using bench = await powerOn({ seed: 31 });
    run = await new WholeRun(bench).run();
    vi.restoreAllMocks();
  });

  it('nothing can be read in trace, log, flash, mails, lists, or answers to failures', () => {
    const { secrets, shown, mailed, places } = run;
    expect(secrets.size).toBeGreaterThan(60);
    for (const text of Object.values(places)) expect(text.length).toBeGreaterThan(40);
    const leaks = [...secrets].flatMap(([secret, what]) =>
      placesOf(secret, places)
        .filter((place) => place !== 'the console' || !shown.has(secret as string))
        .filter((place) => place !== 'the mails' || !mailed.has(secret as string))
        .map((place) => `${what} ${String(secret)}: ${place}`),
    );
    expect(leaks).toEqual([]);
    expect(mailed.size).toBe(3);
    for (const code of mailed) expect(places['the mails']?.split(code)).toHaveLength(3);
  });

  it('all would be found: a word that is everywhere is found everywhere, in each form', () => {
    const { places } = run;
    const forms: readonly ((word: string) => string)[] = [
      (word) => word,
      (word) => word.toUpperCase(),
      (word) => Buffer.from(word).toString('base64'),
      (word) => Buffer.from(word).toString('base64url'),
      (word) => Buffer.from(word).toString('hex'),
      (word) => encodeURIComponent(word),
      (word) => JSON.stringify(word),
    ];
    const word = 'Canary <in> "each" form?';
    for (const form of forms) {
      const spoilt = Object.fromEntries(
        Object.entries(places).map(([place, text]) => [place, `${text}x${form(word)}y`]),
      );
      expect(placesOf(word, spoilt)).toEqual(Object.keys(places));
      expect(placesOf(word, places)).toEqual([]);
    }
    expect(placesOf('123456', { good: 'code 123456.', bad: 'at 41234567' })).toEqual(['good']);
    // What is no secret is there: the run left its marks.
    expect(placesOf('maria', places)).toEqual(
      expect.arrayContaining(['the trace', 'the event log', 'the flash', 'the mails']),
    );
  });
});
