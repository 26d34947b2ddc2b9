import { HalError } from '#hal/errors';
import type { FanReading, Sensors } from '#hal/sensors';
import { UsageError } from '../kernel/invariant.ts';
import { createRandom } from '../kernel/random.ts';
import type { Life } from './life.ts';
import type { BoardSite } from './site.ts';

/** What is built in. */
export interface SensorsOptions {
  readonly cpuModel?: string;
  /** 8 GiB unless told otherwise. */
  readonly memoryBytes?: number;
  /** 1 unless told otherwise. */
  readonly fans?: number;
}

/** What the world holds still, and whether the sensors answer; all else goes up and down. */
export interface SensorsState {
  readonly held: Readonly<Record<string, number>>;
  readonly isSilent: boolean;
}

/** A quantity that goes up and down between two values. */
interface Swing {
  readonly least: number;
  readonly most: number;
  readonly periodUs: number;
  /** Where in its period it is at the epoch, 0 to 1. */
  readonly phase: number;
}

const asMade: SensorsState = { held: {}, isSilent: false };

const gib = 1024 ** 3;
const minuteUs = 60_000_000;

/** Between which values each quantity goes up and down, and in how many minutes about. */
const swings: Readonly<Record<string, readonly [least: number, most: number, minutes: number]>> = {
  cpuC: [38, 52, 7],
  systemC: [31, 37, 40],
  usedPercent: [1, 24, 3],
  freeShare: [0.55, 0.7, 30],
  rpm: [640, 910, 11],
};

/**
 * Temperatures, fans, memory and load. World face: holds one still, or has the sensors fall silent.
 * What is not held is a function of true time and of the serial number, so a look changes nothing.
 */
export class SensorsPart {
  readonly #site: BoardSite;
  readonly #serialNumber: string;
  readonly #options: Required<SensorsOptions>;
  readonly #swings = new Map<string, Swing>();
  #state = asMade;

  constructor(site: BoardSite, serialNumber: string, options: SensorsOptions = {}) {
    this.#site = site;
    this.#serialNumber = serialNumber;
    const { cpuModel = 'simulated 4-core 2.0 GHz', memoryBytes = 8 * gib, fans = 1 } = options;
    this.#options = { cpuModel, memoryBytes, fans };
  }

  /** Degrees Celsius, -40 to 150. */
  setCpuTemperature(celsius: number): void {
    this.#hold('cpuC', celsius, { least: -40, most: 150 });
  }

  /** Degrees Celsius, -40 to 150. */
  setSystemTemperature(celsius: number): void {
    this.#hold('systemC', celsius, { least: -40, most: 150 });
  }

  /** 0 to 100. */
  setCpuUse(percent: number): void {
    this.#hold('usedPercent', percent, { least: 0, most: 100 });
  }

  setFreeMemory(bytes: number): void {
    const { memoryBytes } = this.#options;
    this.#hold('freeShare', bytes / memoryBytes, { least: 0, most: 1 });
  }

  /** Turns a minute; 0: it stands. Fans count from 0. */
  setFan(fan: number, rpm: number): void {
    const { fans } = this.#options;
    if (!Number.isInteger(fan) || fan < 0 || fan >= fans) {
      throw new UsageError(`fan ${fan}: this board has ${fans}, from 0`);
    }
    this.#hold(`rpm ${fan}`, rpm, { least: 0, most: 20_000 });
  }

  /** Holds a quantity by its name in the trace: `cpuC`, `systemC`, `usedPercent` … */
  hold(name: string, value: number): void {
    this.#hold(name, value, { least: Number.NEGATIVE_INFINITY, most: Number.POSITIVE_INFINITY });
  }

  /** While they are silent, every reading fails with `io`. */
  setSilent(isSilent: boolean): void {
    this.#site.stimulus('sensors', 'silent', { silent: isSilent });
    this.#state = { ...this.#state, isSilent };
  }

  connect(_life: Life): Sensors {
    const { cpuModel, memoryBytes } = this.#options;
    return {
      cpu: () => ({
        model: cpuModel,
        usedPercent: this.#read('usedPercent'),
        temperatureC: this.#read('cpuC'),
      }),
      memory: () => {
        const freeBytes = Math.floor(this.#read('freeShare', 1e6) * memoryBytes);
        return { totalBytes: memoryBytes, freeBytes };
      },
      systemTemperatureC: () => this.#read('systemC'),
      fans: () => this.#fans(),
    };
  }

  /** All of it as plain data. */
  save(): SensorsState {
    return this.#state;
  }

  restore(state: SensorsState): void {
    this.#state = state;
  }

  /** Everything goes up and down by itself again. */
  reset(): void {
    this.#state = asMade;
  }

  #hold(name: string, value: number, { least, most }: { least: number; most: number }): void {
    if (!(value >= least && value <= most)) {
      throw new UsageError(`${name} ${value} is not ${least} to ${most}`);
    }
    this.#site.stimulus('sensors', 'hold', { name, value });
    this.#state = { ...this.#state, held: { ...this.#state.held, [name]: value } };
  }

  #fans(): readonly FanReading[] {
    this.#answer();
    return Array.from({ length: this.#options.fans }, (_, fan) => ({
      rpm: Math.round(this.#read(`rpm ${fan}`)),
    }));
  }

  #answer(): void {
    if (this.#state.isSilent) throw new HalError('io', 'sensors', 'the sensors do not answer');
  }

  #read(name: string, steps = 10): number {
    this.#answer();
    const held = this.#state.held[name];
    if (held !== undefined) return held;
    const { least, most, periodUs, phase } = this.#swing(name);
    const turns = this.#site.world.nowUs / periodUs + phase;
    const height = Math.abs(2 * (turns - Math.floor(turns)) - 1);
    return Math.round((least + (most - least) * height) * steps) / steps;
  }

  #swing(name: string): Swing {
    const known = this.#swings.get(name);
    if (known !== undefined) return known;
    const [least = 0, most = 0, minutes = 1] = swings[name.replace(/ \d+$/, '')] ?? [];
    const chance = createRandom(`sensors/${this.#serialNumber}/${name}`);
    const periodUs = Math.round((0.8 + 0.4 * chance.fraction()) * minutes * minuteUs);
    const swing = { least, most, periodUs, phase: chance.fraction() };
    this.#swings.set(name, swing);
    return swing;
  }
}
