import { get } from 'node:http';
import {
  clockSuite,
  identitySuite,
  networkSuite,
  ntpSuite,
  powerSuite,
  randomSuite,
  reopening,
  sensorsSuite,
} from '#hal/conformance/index';
import { firmwareBuildMs } from '#firmware/version';
import type { BoardFile } from '#hal/linux/board-file';
import { createClock } from '#hal/linux/clock';
import { createIdentity } from '#hal/linux/identity';
import { createNetwork } from '#hal/linux/network';
import { createNtp } from '#hal/linux/ntp';
import { createRandom } from '#hal/linux/random';
import { createSensors } from '#hal/linux/sensors';
import { openPower } from '#hal/linux/wired-parts';
import type { CheckBench, PartCheck } from './check-bench.ts';
import { type Limits, tellSuite, tellSuiteAndClose } from './suite-rows.ts';

/** The monotonic clock of this machine. */
export function clockCheck(): PartCheck {
  return {
    port: 'clock',
    title: 'clock',
    wiring: 'of this machine',
    async run(bench, tell) {
      const rig = await reopening(createClock, ({ port, restart }) => ({
        pass: (ms: number) => new Promise<void>((done) => void port().setTimeout(done, ms)),
        restart,
      }));
      const limits = { impossible: { stepWallClock: 'would set the date of this machine' } };
      await tellSuiteAndClose(clockSuite, { ...rig, limits }, { bench, tell });
    },
  };
}

/** Chance. */
export function randomCheck(): PartCheck {
  return {
    port: 'random',
    title: 'random',
    wiring: 'of this machine',
    async run(bench, tell) {
      const rig = await reopening(createRandom, ({ restart }) => ({ restart }));
      const limits = { impossible: {} };
      await tellSuiteAndClose(randomSuite, { ...rig, limits }, { bench, tell });
    },
  };
}

/** What the label says. */
export function identityCheck(file: BoardFile): PartCheck {
  return {
    port: 'identity',
    title: 'label',
    wiring: file.label ?? 'of board file and machine',
    async run(bench, tell) {
      const rig = await reopening(
        () => createIdentity({ ...file, sys: file.sysfs }),
        ({ restart }) => ({ restart }),
      );
      const limits = { impossible: {} };
      await tellSuiteAndClose(identitySuite, { ...rig, limits }, { bench, tell });
    },
  };
}

/** The network, whose settings and cables are left alone. */
export function networkCheck(file: BoardFile): PartCheck {
  const { listen } = file.network;
  return {
    port: 'network',
    title: 'network',
    wiring: `listens on ${listen}`,
    async run(bench, tell) {
      const identity = createIdentity({ ...file, sys: file.sysfs });
      const { macAddresses } = identity;
      identity.close();
      const port = createNetwork({ macAddresses, listen, sys: file.sysfs });
      const act = {
        macAddresses: () => macAddresses,
        fetchText: (number: number) => fetchText(reachable(listen), number),
      };
      const limits = {
        impossible: {
          settle: 'would change the addresses of this machine',
          setCable: 'would cut off whoever is here over the network',
        },
        unjudged: {
          'counts the packets of what it serves':
            'what a machine fetches from itself goes past its adapters',
        },
      };
      const close = (): Promise<void> => port.close();
      const rig = { subject: { port, act }, limits, close };
      await tellSuiteAndClose(networkSuite, rig, { bench, tell });
    },
  };
}

function reachable(listen: string): string {
  if (listen === '0.0.0.0') return '127.0.0.1';
  return listen === '::' ? '::1' : listen;
}

function fetchText(host: string, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = get({ host, port, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve(text));
      response.on('error', reject);
    });
    request.on('error', reject);
  });
}

/** Temperatures, fans, load. */
export function sensorsCheck(file: BoardFile): PartCheck {
  return {
    port: 'sensors',
    title: 'sensors',
    wiring: Object.values(file.sensors).flat().join(', ') || 'looked for',
    async run(bench, tell) {
      const rig = await reopening(
        () => createSensors({ sysfs: file.sysfs, clock: bench.clock, paths: file.sensors }),
        ({ restart }) => ({ restart }),
      );
      const limits = {
        impossible: {
          stopFan: 'would stop a fan',
          warmTo: 'would heat the case',
          disconnect: 'would cut the sensors off',
        },
        mayBeAbsent: Object.keys(file.sensors).length === 0,
      };
      await tellSuiteAndClose(sensorsSuite, { ...rig, limits }, { bench, tell });
    },
  };
}

const ntpLimits: Limits = {
  impossible: Object.fromEntries(
    [
      'datedServer',
      'leapingServer',
      'silentServer',
      'refusingServer',
      'garblingServer',
      'forgedServer',
      'contestedServer',
    ].map((act) => [act, 'takes a time server that does not tell the truth']),
  ),
  unjudged: {
    'answers the time of the server in the middle of the round trip':
      'this machine knows the time of the server no better than by the driver itself',
  },
};

/** The first of the time servers. */
export function ntpCheck({ ntp }: BoardFile): PartCheck {
  const [name = ''] = ntp.servers;
  return {
    port: 'ntp',
    title: 'time servers',
    wiring: `${ntp.driver}, ${name}`,
    async run(bench, tell) {
      const random = createRandom();
      const port = createNtp({ ...ntp, clock: bench.clock, random, pivotMs: firmwareBuildMs });
      const act = {
        pass: bench.pass,
        nowMs: () => bench.clock.now(),
        timeServer: () => Promise.resolve({ name, timeMs: () => Number.NaN }),
      };
      const rig = { subject: { port, act }, limits: ntpLimits };
      await tellSuite(ntpSuite, rig, { bench, tell }).finally(() => port.close());
    },
  };
}

/** The supply, which is never switched. */
export function powerCheck(): PartCheck {
  const why = 'would switch this machine off';
  return {
    port: 'power',
    title: 'power',
    wiring: 'of this machine',
    async run(bench: CheckBench, tell) {
      const port = openPower(bench.file);
      const limits = {
        impossible: { settle: why, isOn: why, lives: why, present: why, switchOn: why },
      };
      await tellSuite(powerSuite, { subject: { port, act: {} }, limits }, { bench, tell }).finally(
        () => port.close(),
      );
    },
  };
}
