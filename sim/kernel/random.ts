/** A seeded source of chance; the same seed gives the same sequence on every machine. */
export interface Random {
  /** An integer from `least` to `most`, both included. */
  integer(least: number, most: number): number;
  /** A number from 0 up to, not including, 1. */
  fraction(): number;
  /** True with the given probability (0 to 1). */
  chance(probability: number): boolean;
  bytes(count: number): Uint8Array;
}

/**
 * The world's chance, split into named streams: what one part draws does not move what another
 * part gets, so a new part or an extra draw changes nothing elsewhere.
 */
export class RandomStreams {
  readonly seed: number;
  /** Counts the worlds that went on from each other with the same seed; 1 is the first. */
  readonly startCount: number;
  readonly #streams = new Map<string, SavableRandom>();

  /** Seeds are integers from 0 to 2^53 - 1. Each start has chance of its own. */
  constructor(seed: number, startCount: number = 1) {
    this.seed = seed;
    this.startCount = startCount;
  }

  /** Where every stream stands, as plain data. */
  save(): RandomState {
    return [...this.#streams].map(([name, stream]) => [name, stream.save()]);
  }

  /** Puts every stream where it stood; who holds one already draws on from there. */
  restore(state: RandomState): void {
    for (const [name, words] of state) {
      const held = this.#streams.get(name);
      if (held === undefined) this.#streams.set(name, createRandom(words));
      else held.restore(words);
    }
  }

  /** The stream of that name; its place in the sequence is kept between calls. */
  stream(name: string): Random {
    let stream = this.#streams.get(name);
    if (stream === undefined) {
      const start = this.startCount === 1 ? '' : `start ${this.startCount}/`;
      stream = createRandom(`${this.seed}/${start}${name}`);
      this.#streams.set(name, stream);
    }
    return stream;
  }
}

/** The inner state of a generator. */
type RandomWords = readonly [a: number, b: number, c: number, counter: number];

/** The streams of a world, as plain data. */
export type RandomState = readonly (readonly [name: string, words: RandomWords])[];

interface SavableRandom extends Random {
  save(): RandomWords;
  restore(words: RandomWords): void;
}

/** One generator (sfc32 by Chris Doty-Humphrey, PractRand), keyed by any text or by its state. */
export function createRandom(key: string | RandomWords): SavableRandom {
  let [a, b, c, counter] = typeof key === 'string' ? ([...hashToWords(key), 1] as const) : key;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return sum >>> 0;
  };
  for (let round = 0; round < 12 && typeof key === 'string'; round += 1) next();
  const fraction = (): number => next() / 0x1_0000_0000;
  return {
    save: () => [a, b, c, counter],
    restore: (words) => {
      [a, b, c, counter] = words;
    },
    fraction,
    integer: (least, most) => least + Math.floor(fraction() * (most - least + 1)),
    chance: (probability) => fraction() < probability,
    bytes: (count) => {
      const bytes = new Uint8Array(count);
      for (let place = 0; place < count; place += 1) bytes[place] = next() >>> 24;
      return bytes;
    },
  };
}

/** FNV-1a over the text, three times with different offsets, to fill the generator's state. */
function hashToWords(text: string): [number, number, number] {
  const words: [number, number, number] = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b];
  for (let place = 0; place < text.length; place += 1) {
    const code = text.charCodeAt(place);
    for (let word = 0; word < 3; word += 1) {
      words[word] = Math.imul((words[word] as number) ^ (code + word), 0x01000193);
    }
  }
  return words;
}
