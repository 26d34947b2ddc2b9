import { fstatSync } from 'node:fs';
import { type Command, InvalidArgumentError, Option } from 'commander';
import type { NtpDriver } from '#hal/linux/ntp';
import type { BenchApiWishes } from '../../bench-api/server.ts';
import { hostClock } from '../../kernel/host-clock.ts';
import { UsageError } from '../../kernel/invariant.ts';
import { parseSpeed, type Speed } from '../../kernel/pacer.ts';
import { parseSerialKind, type SerialKind } from '../../serial-servers/kind.ts';
import { serialOtherwise, type SerialWishes } from '../live/live-serial.ts';
import { parseStart, runSession, type SessionHost } from '../live/session.ts';

interface StartFlags {
  readonly seed?: number;
  readonly speed: Speed;
  readonly board?: string;
  readonly state?: string;
  readonly load?: string;
  readonly console: boolean;
  readonly serial?: readonly (SerialKind | 'none')[];
  readonly start?: number;
  readonly host?: string;
  readonly nasPort?: number;
  readonly panel: boolean;
  readonly panelPort?: number;
  readonly ntpDriver: NtpDriver;
}

/** `nasboard start`, which is also what `nasboard` alone does. */
export function registerStart(program: Command): void {
  program
    .command('start', { isDefault: true })
    .description('power a board on in real time, its console on this terminal')
    .option('--seed <n>', 'decides all chance, and the label (default: 1)', parsedBy(parseSeed))
    .option(
      '--speed <speed>',
      'true time to real time: 0.1x to 100x, or max',
      parsedBy(parseSpeed),
      1,
    )
    .option('--board <file>', 'YAML with what stands under `board` in a scenario')
    .option('--state <dir>', 'keep flash, disks and clock chip there between runs')
    .option('--load <file>', 'go on from a world that was saved at the prompt (save FILE)')
    .option('--no-console', 'the bench prompt instead of the console')
    .option(
      '--serial <kind>',
      'how programs attach to the console, also several times: pty[:LINK], tcp:[HOST:]PORT, ' +
        'telnet:[HOST:]PORT, rfc2217:[HOST:]PORT, ws:[HOST:]PORT, none (default: pty)',
      collectSerialKinds,
    )
    .option(
      '--host <address>',
      'where clients reach the NAS and the bench API, which needs a token beyond loopback: that of ' +
        'NASBOARD_TOKEN, else one that is printed (default: 127.0.0.1)',
    )
    .option(
      '--nas-port <n>',
      'the port of the NAS, 0 for any free one (default: the one that it is set to)',
      parsedBy(parsePort),
    )
    .option(
      '--panel-port <n>',
      'the port of the bench API, 0 for any free one (default: 7080)',
      parsedBy(parsePort),
    )
    .option('--no-panel', 'no bench API')
    .addOption(
      new Option('--ntp-driver <driver>', 'how the board asks time servers, over UDP of this host')
        .choices(['ntp-client', 'sntp'])
        .default('ntp-client'),
    )
    .option('--start <time>', 'true time at the start (default: the present)', parsedBy(parseStart))
    .action(async (flags: StartFlags) => {
      process.exitCode = await runSession(
        {
          speed: flags.speed,
          hasConsole: flags.console,
          serial: serialWishes(flags.serial),
          web: { host: flags.host, port: flags.nasPort },
          ntpDriver: flags.ntpDriver,
          ...(flags.panel && { api: apiWishes(flags) }),
          ...(flags.seed !== undefined && { seed: flags.seed }),
          ...(flags.start !== undefined && { startUs: flags.start }),
          ...(flags.board !== undefined && { boardPath: flags.board }),
          ...(flags.state !== undefined && { statePath: flags.state }),
          ...(flags.load !== undefined && { worldPath: flags.load }),
        },
        processHost(),
      );
    });
}

function parsedBy<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
    }
  };
}

function collectSerialKinds(
  text: string,
  before: readonly (SerialKind | 'none')[] = [],
): readonly (SerialKind | 'none')[] {
  return [...before, parsedBy(parseSerialKind)(text) ?? 'none'];
}

function serialWishes(asked: StartFlags['serial']): SerialWishes {
  if (asked === undefined) return serialOtherwise;
  const kinds = asked.filter((kind) => kind !== 'none');
  if (kinds.length > 0 && kinds.length < asked.length) {
    throw new UsageError('--serial none goes with no other --serial');
  }
  return { kinds, isAsked: true };
}

function apiWishes({ host, panelPort }: StartFlags): BenchApiWishes {
  // An empty variable is as good as none.
  const token = process.env['NASBOARD_TOKEN'] || undefined;
  return { host, port: panelPort, token };
}

function parseSeed(text: string): number {
  const seed = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(seed)) {
    throw new InvalidArgumentError('A seed is an integer from 0 to 2^53 - 1.');
  }
  return seed;
}

function parsePort(text: string): number {
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  if (!(port <= 65_535)) throw new InvalidArgumentError('A port is an integer from 0 to 65535.');
  return port;
}

function processHost(): SessionHost {
  return {
    input: hasInput() ? process.stdin : undefined,
    output: process.stdout,
    errors: process.stderr,
    clock: hostClock,
    nowMs: () => Date.now(),
    onTerminate: (listener) => {
      const signals = ['SIGTERM', 'SIGHUP', 'SIGINT'] as const;
      for (const signal of signals) process.on(signal, listener);
      return () => {
        for (const signal of signals) process.off(signal, listener);
      };
    },
  };
}

/**
 * The null device (a service, a container) is at its end at once, and means no end to the board.
 */
function hasInput(): boolean {
  try {
    return process.stdin.isTTY || !fstatSync(0).isCharacterDevice();
  } catch {
    // Standard input is closed.
    return false;
  }
}
