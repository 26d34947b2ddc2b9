import type { HalErrorCode } from '#hal/errors';
import type { Power } from '#hal/power';
import type { Watchdog } from '#hal/watchdog';
import { createRandom } from '#sim/kernel/random';
import { type Canary, canariesOf, swallowing } from './canary.ts';

const random = canariesOf('random');
const sensors = canariesOf('sensors');
const hostWork = canariesOf('hostWork');
const watchdog = canariesOf('watchdog');
const power = canariesOf('power');
const identity = canariesOf('identity');

const badArgument: readonly HalErrorCode[] = ['bad-argument'];

export const hostWorkCanaries: readonly Canary[] = [
  hostWork(
    'answers before the work is done',
    [/work answers/, /its own answer/, /next life/],
    () => () => ({
      declare: (work) => {
        work.catch(() => 'nobody hears of it');
        return Promise.resolve(undefined as never);
      },
    }),
  ),
  hostWork('hides failures', [/fails as the work fails/], () => (port) => ({
    declare: (work) => port.declare(work.catch(() => undefined as never)),
  })),
];

export const sensorsCanaries: readonly Canary[] = [
  sensors('has no name for its processor', [/can be printed/], () => (port) => ({
    cpu: () => ({ ...port.cpu(), model: '' }),
  })),
  sensors('tells the load of all cores added up', [/0 to 100/], () => (port) => ({
    cpu: () => ({ ...port.cpu(), usedPercent: 240 }),
  })),
  sensors(
    'tells thousandths of a degree',
    [/of the processor/, /inside the case/],
    () => (port) => ({
      cpu: () => ({ ...port.cpu(), temperatureC: port.cpu().temperatureC * 1000 }),
      systemTemperatureC: () => port.systemTemperatureC() * 1000,
    }),
  ),
  sensors('has more memory free than there is', [/never more free/], () => (port) => ({
    memory: () => ({ ...port.memory(), freeBytes: port.memory().totalBytes + 1 }),
  })),
  sensors('tells turns a second', [/whole turns a minute/], () => (port) => ({
    fans: () => port.fans().map(() => ({ rpm: 12.5 })),
  })),
  sensors('grows a fan with each life', [/in every life/], () => {
    let lives = 0;
    return (port) => {
      const more = Array.from({ length: (lives += 1) }, () => ({ rpm: 700 }));
      return { fans: () => [...port.fans(), ...more] };
    };
  }),
  sensors('goes on with what it read first', [/which fan stands/, /case is warm/], () => (port) => {
    const fans = port.fans();
    const systemC = port.systemTemperatureC();
    return { fans: () => fans, systemTemperatureC: () => systemC };
  }),
  sensors('makes values up where it has none', [/measures nothing/], () => (port) => ({
    systemTemperatureC: () => swallowing(['io'], 0, () => port.systemTemperatureC()),
  })),
];

export const randomCanaries: readonly Canary[] = [
  random('gives a byte more', [/exactly 0 bytes/, /exactly 32 bytes/], () => (port) => ({
    bytes: (count) => new Uint8Array([...port.bytes(count), 7]),
  })),
  random('gives nothing where it should refuse', [/give -1 bytes/, /give NaN/], () => (port) => ({
    bytes: (count) => swallowing(badArgument, new Uint8Array(0), () => port.bytes(count)),
  })),
  random('gives the same at every call', [/fresh bytes/], () => (port) => {
    const same = port.bytes(65_536);
    return { bytes: (count) => (port.bytes(count), same.slice(0, count)) };
  }),
  random('gives the same array at every call', [/of its own/], () => (port) => {
    const shared = new Uint8Array(65_536);
    return {
      bytes: (count) => {
        shared.set(port.bytes(count));
        return shared.subarray(0, count);
      },
    };
  }),
  random('clears the highest bit', [/as many bits/, /every value of a byte/], () => (port) => ({
    bytes: (count) => port.bytes(count).map((byte) => byte & 0x7f),
  })),
  random('begins again in each life', [/begin again/], () => () => {
    const same = createRandom('canary');
    return { bytes: (count) => same.bytes(count) };
  }),
];

export const watchdogCanaries: readonly Canary[] = [
  watchdog('takes any time-out', [/refuses a time-out of 999/, /out of NaN/], () => (port) => ({
    arm: (timeoutMs) => swallowing(badArgument, timeoutMs, () => port.arm(timeoutMs)),
  })),
  watchdog('rounds down', [/arms for 1000 ms/, /arms for 12345 ms/], () => (port) => ({
    arm: (timeoutMs) => port.arm(timeoutMs) - 1,
  })),
  watchdog('counts ten seconds at most', [/arms for 600000 ms, or for as long/], () => (port) => ({
    arm: (timeoutMs) => port.arm(timeoutMs > 12_345 ? 10_000 : timeoutMs),
  })),
  watchdog('arms itself', [/before it is armed/], () => (port) => {
    port.arm(1000);
    return {};
  }),
  watchdog('never bites', [/nobody kicks it/], () => () => ({ arm: (timeoutMs) => timeoutMs })),
  watchdog('bites early', [/not before its time-out/], () => (port) => ({
    arm: (timeoutMs) => {
      port.arm(Math.max(1000, timeoutMs / 2));
      return timeoutMs;
    },
  })),
  watchdog('does not feel kicks', [/from each kick/], () => () => ({ kick: () => undefined })),
  watchdog('arms only once', [/another time-out/], () => (port) => {
    let armedMs: number | undefined;
    return { arm: (timeoutMs) => (armedMs ??= port.arm(timeoutMs)) };
  }),
  watchdog('stays armed over a restart', [/disarmed by a restart/], () => {
    let armedMs: number | undefined;
    return (port) => {
      if (armedMs !== undefined) port.arm(armedMs);
      return { arm: (timeoutMs) => (armedMs = port.arm(timeoutMs)) };
    };
  }),
  watchdog('obeys the firmware of a life that is over', [/obeys nobody/], () => {
    let present: Watchdog;
    return (port) => {
      present = port;
      return { arm: (timeoutMs) => present.arm(timeoutMs) };
    };
  }),
  watchdog('feels kicks of a life that is over', [/obeys nobody/], () => {
    let present: Watchdog;
    return (port) => {
      present = port;
      return { kick: () => present.kick() };
    };
  }),
];

export const powerCanaries: readonly Canary[] = [
  power('makes up a reason', [/why the board last started/], () => () => ({
    bootReason: 'crash' as Power['bootReason'],
  })),
  power('always started by the button', [/and says so/], () => () => ({ bootReason: 'power-on' })),
  power('does not reboot', [/starts the board anew/], () => () => ({ reboot: () => undefined })),
  power('comes back by itself', [/until somebody switches it on/], () => (port) => ({
    off: () => port.reboot(),
  })),
  power('obeys the firmware of a life that is over', [/obeys nobody/], () => {
    let present: Power;
    return (port) => {
      present = port;
      return { off: () => present.off() };
    };
  }),
];

export const identityCanaries: readonly Canary[] = [
  identity('has no model', [/can be printed/], () => () => ({ model: '' })),
  identity('writes addresses in lower case', [/in upper case/], () => (port) => ({
    macAddresses: port.macAddresses.map((mac) => mac.toLowerCase()),
  })),
  identity('has the address of a group', [/not group/], () => () => ({
    macAddresses: ['01:00:5E:00:00:01'],
  })),
  identity('has half a key', [/32 bytes/], () => (port) => ({
    deviceKey: () => port.deviceKey().slice(0, 16),
  })),
  identity('hands out the key itself', [/whatever is done/], () => (port) => {
    const key = port.deviceKey();
    return { deviceKey: () => key };
  }),
  identity('has another number in each life', [/in every life/], () => {
    let lives = 0;
    return () => ({ serialNumber: `LIFE${(lives += 1)}` });
  }),
];
