import { describe, expect, it } from 'vitest';
import type { Bench } from '#sim/bench';
import { bootedConsole } from './console/console-bench.ts';
import { placesOf, readableOf } from './secret-search.ts';

/** Which of the words that were typed can be read anywhere. */
function leaks(words: Iterable<string>, bench: Bench): string[] {
  const places = readableOf(bench);
  return [...words].flatMap((word) => placesOf(word, places).map((place) => `${word}: ${place}`));
}

const ways = {
  'a line at a time': (line: string) => [`${line}\r`],
  'a key at a time': (line: string) => [...line, '\r'],
} as const;

type Way = keyof typeof ways;

/** A person who uses every way in which a password is asked for, and remembers what was typed. */
async function aFullRun(way: Way): Promise<{ bench: Bench; typed: ReadonlySet<string> }> {
  const console = await bootedConsole();
  const { bench } = console;
  const typed = new Set<string>();
  const enter = async (line: string): Promise<void> => {
    for (const piece of ways[way](line)) await console.type(piece, 5);
    await console.wait(50);
  };
  const secret = async (...words: string[]): Promise<void> => {
    for (const word of words) {
      // At any other prompt the word would be shown, and rightly so.
      expect(bench.board.uart.output).toMatch(/(password|value).*: $/i);
      typed.add(word);
      await enter(word);
    }
  };

  await enter('admin');
  await secret(bench.board.defaultPassword);
  await secret('Sh0rt', 'Sh0rt', 'Mist4ke-one', 'Mist4ke-two', 'Chosen-1st', 'Chosen-1st');
  await enter('q');
  await enter('y');
  await enter('user create maria administrators');
  await secret('Maria-2nd', 'Maria-2nd');
  await enter('user password maria');
  await secret('Maria-3rd', 'Maria-3rd');
  await enter('setting set lcd.password');
  await secret('739182');
  await enter('passwd');
  await secret('Wrong-4th');
  await console.wait(3_000);
  await enter('passwd');
  await secret('Chosen-1st', 'Chosen-5th', 'Chosen-5th');
  await enter('admin');
  await secret('Wrong-6th');
  await console.wait(3_000);
  await enter('nobody');
  await secret('Wrong-7th');
  await console.wait(3_000);
  await enter('maria');
  await secret('Maria-3rd');
  await enter('reset basic');
  await secret('Maria-3rd');
  await enter('y');
  await console.wait(5_000);
  await enter('logout');
  bench.board.resetButton.hold(3_000_000);
  await console.wait(10_000);
  await enter('admin');
  await secret(bench.board.defaultPassword, 'Chosen-8th', 'Chosen-8th');
  await enter('3');
  await secret('Chosen-8th');
  await enter('n');
  return { bench, typed };
}

describe.each(Object.keys(ways) as Way[])('what is typed as a password, %s,', (way) => {
  it('can be read nowhere: not in the trace, on the console, in the event log, on the flash', async () => {
    const { bench, typed } = await aFullRun(way);
    const log = bench.firmware?.log?.page({ limit: 1_000 }).map(({ text }) => text) ?? [];
    // The run came where it was to come: each kind of password was asked for and taken.
    for (const text of [
      'logged in with the default password',
      'new password refused',
      'default password replaced',
      'user maria created in administrators',
      'password of maria changed',
      'lcd.password',
      'wrong password at a question that needs it',
      'password of admin changed',
      'login refused',
      'basic reset by the console',
      'basic reset by the RESET button',
    ]) {
      expect(log).toContainEqual(expect.stringContaining(text));
    }
    expect(typed.size).toBeGreaterThan(12);
    const keptForTheDisplay = '739182: the flash';
    expect(leaks(typed, bench).filter((leak) => leak !== keptForTheDisplay)).toEqual([]);
  });

  it('would be found if it could be read: a word typed in the open is, everywhere', async () => {
    const console = await bootedConsole();
    const { bench } = console;
    const enter = async (line: string): Promise<void> => {
      for (const piece of ways[way](line)) await console.type(piece, 5);
      await console.wait(50);
    };
    for (const line of ['admin', bench.board.defaultPassword, 'Chosen-1st', 'Chosen-1st']) {
      await enter(line);
    }
    for (const line of ['q', 'y', 'group create Open-4-all']) await enter(line);
    const found = placesOf('Open-4-all', readableOf(bench));
    const everywhere = Object.keys(readableOf(bench)).filter((place) => place !== 'the trace');
    expect(found).toEqual(expect.arrayContaining(everywhere));
    expect(leaks(['Open-4-all', 'Chosen-1st'], bench).length).toBe(found.length);
  });
});
