import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HalError } from '../errors.ts';
import { errnoOf, halErrorFrom } from './errno.ts';

/** Files that hold thousandths of a degree, or turns a minute. */
export interface SensorPaths {
  readonly cpu?: string;
  readonly system?: string;
  readonly fans?: readonly string[];
}

/** What there is on this machine. */
export interface Found {
  readonly cpu: string | undefined;
  readonly system: string | undefined;
  readonly fans: readonly string[];
}

interface Place {
  /** The name of the chip, or the type of the zone. */
  readonly name: string;
  readonly path: string;
}

/** Names of chips and zones that measure the processor: the better ones first. */
const ofCpu = [/^(coretemp|k10temp|k8temp|zenpower)$/, /x86_pkg_temp/, /cpu|soc|package/i];
/** Those that measure something else than the air in the case or the board. */
const elsewhere = /cpu|soc|gpu|package|^(nvme|drivetemp|iwlwifi|r8169|amdgpu|radeon|nouveau)/i;

/** hwmon2 before hwmon10. */
const byNumber = new Intl.Collator('en', { numeric: true }).compare;

/** Looks through hwmon and the thermal zones; what is named already is not looked for. */
export function findSensors(sysfs: string, named: SensorPaths): Found {
  const chips = placesIn(join(sysfs, 'class/hwmon'), 'name');
  const zones = placesIn(join(sysfs, 'class/thermal'), 'type');
  const temperatures = [
    ...chips.flatMap(({ name, path }) =>
      filesOf(path, /^temp\d+_input$/).map((file) => ({ name, path: file })),
    ),
    ...zones.map(({ name, path }) => ({ name, path: join(path, 'temp') })),
  ];
  const fans = chips.flatMap(({ path }) => filesOf(path, /^fan\d+_input$/));
  const isOfCpu = (name: string): boolean => ofCpu.some((pattern) => pattern.test(name));
  return {
    cpu: named.cpu ?? firstOf(temperatures, ofCpu),
    system:
      named.system ??
      temperatures.find(({ name }) => !isOfCpu(name) && !elsewhere.test(name))?.path,
    fans: named.fans ?? fans,
  };
}

/** The number that a file of the kernel holds. */
export function readNumber(path: string): number {
  let text: string;
  try {
    text = readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw sensorFailure(error, path);
  }
  if (/^-?\d+$/.test(text)) return Number(text);
  throw new HalError('io', 'sensors', `${path} holds «${text}», which is no measure`);
}

/** Whatever the reason, a sensor that was there and is not read does not answer. */
export function sensorFailure(error: unknown, path: string): HalError {
  const failure = halErrorFrom('sensors', error, { what: 'read the sensor', path });
  if (failure.code === 'io' || failure.code === 'permission') return failure;
  const detail = `the sensor ${path} does not answer: ${errnoOf(error)}`;
  return new HalError('io', 'sensors', detail, { cause: error });
}

function firstOf(places: readonly Place[], patterns: readonly RegExp[]): string | undefined {
  for (const pattern of patterns) {
    const found = places.find(({ name }) => pattern.test(name));
    if (found !== undefined) return found.path;
  }
  return undefined;
}

/** Folders of a class with what they call themselves, in the order of their numbers. */
function placesIn(folder: string, label: 'name' | 'type'): Place[] {
  if (!existsSync(folder)) return [];
  return names(folder).flatMap((entry) => {
    const path = join(folder, entry);
    const file = join(path, label);
    if (!existsSync(file)) return [];
    return [{ name: textOf(file), path }];
  });
}

function filesOf(folder: string, pattern: RegExp): string[] {
  return names(folder)
    .filter((name) => pattern.test(name))
    .map((name) => join(folder, name));
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder).sort(byNumber);
  } catch (error) {
    throw sensorFailure(error, folder);
  }
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw sensorFailure(error, path);
  }
}
