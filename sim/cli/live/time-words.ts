import { readFileSync } from 'node:fs';
import { UsageError } from '../../kernel/invariant.ts';
import { writePrivately } from '../../private-file.ts';
import { formatSpan, parseDuration } from '../../scenario/duration.ts';
import type { LiveBench } from './live-bench.ts';

/** A word of the prompt. */
export interface TimeWord {
  readonly usage: string;
  readonly does: string;
  run(words: readonly string[]): void | Promise<void>;
}

const marksShown = 20;

/** What can be said at `bench>` about time that has passed. */
export function timeWords(live: LiveBench, say: (text: string) => void): readonly TimeWord[] {
  return [
    {
      usage: 'back 30s',
      does: 'undo time: back 30s, back to MARK, back before PATTERN (of log or trace)',
      run: async (words) => {
        const fromUs = live.bench.world.nowUs;
        await goBack(live, words);
        const { nowUs } = live.bench.world;
        say(`${formatSpan(fromUs - nowUs)} back, true time ${timeOf(nowUs)}`);
      },
    },
    {
      usage: 'mark NAME',
      does: 'name this instant, to come back to it',
      run: async ([name, ...more]) => {
        if (name === undefined || more.length > 0) throw new UsageError('give one name: mark NAME');
        const { t } = await live.pacer.act(() => live.history.mark(name));
        say(`${name} is ${timeOf(t)}`);
      },
    },
    {
      usage: 'history',
      does: 'marks, branches, and how far back there is a way',
      run: async () => (await live.pacer.act(() => historyLines(live))).forEach(say),
    },
    {
      usage: 'save FILE',
      does: 'write the whole world, secrets too, for load or start --load',
      run: async ([file]) => {
        if (file === undefined) throw new UsageError('name a file: save FILE');
        const bytes = await live.save();
        writePrivately(file, bytes);
        say(`${bytes.length} bytes in ${file}: it holds secrets, and only you can read it`);
      },
    },
    {
      usage: 'load FILE',
      does: 'go on from a saved world',
      run: async ([file]) => {
        if (file === undefined) throw new UsageError('name a file: load FILE');
        await live.load(readWorldFile(file));
        say(`true time ${timeOf(live.bench.world.nowUs)}`);
      },
    },
  ];
}

/** The bytes of a saved world; a `UsageError` where there are none. */
export function readWorldFile(path: string): Uint8Array {
  try {
    return readFileSync(path);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new UsageError(`the saved world could not be read: ${detail}`, { cause: error });
  }
}

async function goBack(live: LiveBench, [first = '', ...rest]: readonly string[]): Promise<void> {
  if (first === 'to' && rest.length === 1) return live.goBack(rest[0] ?? '');
  if (first === 'before' && rest.length > 0) return live.goBack(await before(live, rest.join(' ')));
  const span = parseDuration(first);
  if (!span.ok || rest.length > 0) {
    throw new UsageError('say how far: back 30s, back to MARK, back before PATTERN');
  }
  const nowUs = await live.pacer.act(() => live.bench.world.nowUs);
  return live.goBack(nowUs - span.value);
}

/** The last instant before that of what matches. */
async function before(live: LiveBench, text: string): Promise<number> {
  let pattern: RegExp;
  try {
    pattern = new RegExp(text.replace(/^\/(.*)\/$/, '$1'), 'iu');
  } catch (cause) {
    throw new UsageError(`"${text}" is no regular expression`, { cause });
  }
  const foundUs = await live.pacer.act(() => live.history.find(pattern));
  if (foundUs !== undefined) return foundUs - 1;
  throw new UsageError(`no entry of the event log and no record of the trace matches "${text}"`);
}

function historyLines({ history, bench }: LiveBench): readonly string[] {
  const { nowUs } = bench.world;
  const line = (name: string, t: number): string => {
    const ago = t > nowUs ? `${formatSpan(t - nowUs)} ahead` : `${formatSpan(nowUs - t)} ago`;
    return `${name.padEnd(16)} ${timeOf(t)}   ${ago}`;
  };
  const rests = history.restsUs.filter((t) => t <= nowUs);
  const last = rests.at(-1);
  const own = new Set(history.marks.map(({ name }) => name));
  return [
    line('(beginning)', history.startUs),
    ...history.marks.slice(-marksShown).map(({ name, t }) => line(name, t)),
    ...(last === undefined ? [] : [line('(last at rest)', last)]),
    line('(now)', nowUs),
    ...history.branches.flatMap(({ marks }) =>
      marks.filter(({ name }) => !own.has(name)).map(({ name, t }) => line(name, t)),
    ),
  ];
}

function timeOf(us: number): string {
  return new Date(us / 1000).toISOString();
}
