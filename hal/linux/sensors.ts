import type { Clock } from '../clock.ts';
import { HalError } from '../errors.ts';
import type { Sensors } from '../sensors.ts';
import type { Closable } from './closable.ts';
import { CpuLoad, cpuModel, memoryOf } from './sensors-proc.ts';
import { type Found, type SensorPaths, findSensors, readNumber } from './sensors-sysfs.ts';

/** What this driver stands on. */
export interface SensorsOptions {
  /** The load is looked at every few seconds, so that it can be told at once. */
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** Which files are which; what is not named is looked for. */
  readonly paths?: SensorPaths;
  /** In place of `/proc`. */
  readonly proc?: string;
  /** In place of `/sys`. */
  readonly sysfs?: string;
}

const lookEveryMs = 2_500;

/**
 * What the kernel measures: `/proc` for load and memory, hwmon and thermal zones for temperatures
 * and fans. Sensors are looked for once, when this is made; fans stand in the order of their names.
 */
export function createSensors(options: SensorsOptions): Sensors & Closable {
  return new KernelSensors(options);
}

class KernelSensors implements Sensors, Closable {
  readonly #proc: string;
  readonly #model: string;
  readonly #load: CpuLoad;
  readonly #found: Found;
  readonly #clock: SensorsOptions['clock'];
  #timer: unknown;
  #isOpen = true;

  constructor({ clock, paths = {}, proc = '/proc', sysfs = '/sys' }: SensorsOptions) {
    this.#proc = proc;
    this.#model = cpuModel(proc);
    this.#load = new CpuLoad(proc);
    this.#found = findSensors(sysfs, paths);
    this.#clock = clock;
    this.#lookLater();
  }

  cpu() {
    this.#expectOpen();
    const usedPercent = this.#load.usedPercent();
    const path = this.#found.cpu ?? none('temperature of the processor', 'cpu');
    return { model: this.#model, usedPercent, temperatureC: readNumber(path) / 1000 };
  }

  memory() {
    this.#expectOpen();
    return memoryOf(this.#proc);
  }

  systemTemperatureC(): number {
    this.#expectOpen();
    const path = this.#found.system ?? none('temperature inside the case', 'system');
    return readNumber(path) / 1000;
  }

  fans() {
    this.#expectOpen();
    return this.#found.fans.map((path) => ({ rpm: Math.max(0, Math.round(readNumber(path))) }));
  }

  close(): void {
    this.#isOpen = false;
    this.#clock.clearTimeout(this.#timer);
  }

  #lookLater(): void {
    this.#timer = this.#clock.setTimeout(() => {
      this.#load.look();
      this.#lookLater();
    }, lookEveryMs);
  }

  #expectOpen(): void {
    if (!this.#isOpen) throw new HalError('closed', 'sensors', 'the sensors are closed');
  }
}

function none(what: string, key: keyof SensorPaths): never {
  const detail =
    `this machine shows no ${what}; load the module of its sensor (\`sensors-detect\` finds it), ` +
    `or name its file in the board file, under sensors.${key}`;
  throw new HalError('not-present', 'sensors', detail);
}
