import { HalError, type HalErrorCode, isHalError, type PortName } from '../errors.ts';

/** What was tried, for the text of an error: `open the key device`, and on which path. */
export interface FailedCall {
  /** Continues the sentence "cannot …". */
  readonly what: string;
  readonly path?: string;
}

/** A failure of a system call made through the foreign-function library, shaped like Node's own. */
export class SystemCallError extends Error {
  override readonly name = 'SystemCallError';
  /** `EBUSY` and its like; `errno 123` where this kernel's number has no name here. */
  readonly code: string;

  constructor(code: string, call: string) {
    super(`${code}: ${call}`);
    this.code = code;
  }
}

/**
 * The HalError for a failure of Node or of the kernel: the code of the table by errno, and a text
 * that says what to do about it. A HalError stays as it is.
 */
export function halErrorFrom(port: PortName, error: unknown, about: FailedCall): HalError {
  if (isHalError(error)) return error;
  const errno = errnoOf(error);
  const meaning: Meaning = meanings[errno] ?? { code: 'io', says: textOf(error) };
  const advice = meaning.advice ?? adviceFor(meaning.code, about.path);
  const where = about.path === undefined ? '' : ` ${about.path}`;
  const detail = [`cannot ${about.what}${where}: ${meaning.says}, ${errno}`, advice];
  const text = detail.filter((part) => part !== undefined).join('; ');
  return new HalError(meaning.code, port, text, { cause: error });
}

/** The errno name that an error carries, or `no code`. */
export function errnoOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'no code';
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

interface Meaning {
  readonly code: HalErrorCode;
  readonly says: string;
  /** In place of what the path suggests. */
  readonly advice?: string;
}

const gone = { code: 'not-present', says: 'it is not there' } as const;
const full = { code: 'no-space', says: 'the medium is full' } as const;
const noRoute = { code: 'unreachable', says: 'nobody can be reached there' } as const;
const notOffered = {
  code: 'unsupported',
  says: 'this device or kernel does not offer it',
} as const;
const tooManyFiles = {
  code: 'io',
  says: 'too many files are open',
  advice: 'raise LimitNOFILE of the service, or `ulimit -n`',
} as const;

const meanings: Readonly<Record<string, Meaning>> = {
  ENOENT: gone,
  ENOTDIR: gone,
  ENXIO: gone,
  ENODEV: { code: 'not-present', says: 'the device behind it is gone' },
  EACCES: { code: 'permission', says: 'the system refuses access' },
  EPERM: { code: 'permission', says: 'the system refuses access' },
  EROFS: {
    code: 'permission',
    says: 'it is mounted read-only',
    advice: 'mount it for writing or choose another path',
  },
  EBUSY: { code: 'busy', says: 'somebody else holds it' },
  ETXTBSY: { code: 'busy', says: 'somebody else holds it' },
  EAGAIN: { code: 'busy', says: 'it is not ready' },
  EADDRINUSE: { code: 'busy', says: 'the address is in use' },
  ENOSPC: full,
  EDQUOT: { code: 'no-space', says: 'the quota is used up' },
  EFBIG: full,
  EINVAL: { code: 'bad-argument', says: 'the kernel takes no such value' },
  ERANGE: { code: 'bad-argument', says: 'the value is out of range' },
  ENAMETOOLONG: { code: 'bad-argument', says: 'the name is too long' },
  EISDIR: { code: 'bad-argument', says: 'it is a directory' },
  EADDRNOTAVAIL: { code: 'bad-argument', says: 'this host has no such address' },
  EBADF: { code: 'closed', says: 'it is closed' },
  ETIMEDOUT: { code: 'timed-out', says: 'no answer came in time' },
  ENOTTY: notOffered,
  EOPNOTSUPP: notOffered,
  ENOSYS: notOffered,
  ECONNREFUSED: noRoute,
  EHOSTUNREACH: noRoute,
  ENETUNREACH: noRoute,
  ENETDOWN: noRoute,
  ENOTFOUND: noRoute,
  EMFILE: tooManyFiles,
  ENFILE: tooManyFiles,
  EIO: { code: 'io', says: 'the device answered with an error' },
};

interface Node {
  readonly path: RegExp;
  /** Who owns such a node where a distribution or our udev rules say so. */
  readonly group: string;
  /** What to do where it is missing. */
  readonly missing: string;
}

const guide = 'docs/guides/hardware.md';

const nodes: readonly Node[] = [
  {
    path: /^\/dev\/(input|event)/,
    group: 'input',
    missing: 'look at /proc/bus/input/devices, and for the module gpio_keys or its like',
  },
  {
    path: /^\/dev\/gpiochip/,
    group: 'gpio',
    missing: '`gpiodetect` lists the chips; load the module of the controller',
  },
  {
    path: /^\/dev\/i2c-/,
    group: 'i2c',
    missing: 'load the module i2c-dev, and enable the bus in the device tree',
  },
  { path: /^\/dev\/tty/, group: 'dialout', missing: 'look at /proc/tty/drivers for the port' },
  {
    path: /^\/dev\/rtc/,
    group: 'nasboard',
    missing: 'load the module of the clock chip (rtc-ds1307, rtc-pl031 …)',
  },
  {
    path: /^\/dev\/watchdog/,
    group: 'nasboard',
    missing: "load the module of the board's watchdog, or softdog",
  },
  {
    path: /^\/sys\/class\/leds/,
    group: 'nasboard',
    missing: 'load the module leds-gpio; /sys/class/leds lists what there is',
  },
];

function adviceFor(code: HalErrorCode, path: string | undefined): string | undefined {
  const node = nodes.find((known) => path !== undefined && known.path.test(path));
  if (code === 'permission') {
    return node === undefined
      ? 'see who owns it (`ls -l`) and run as a user who may'
      : `join the group «${node.group}» (\`usermod -aG ${node.group} USER\`, then sign in anew); ` +
          `a node that this group does not own needs the udev rule of ${guide}`;
  }
  if (code === 'not-present') return node?.missing ?? 'check the path in the board file';
  if (code === 'busy' && path !== undefined) return `\`fuser -v ${path}\` tells who`;
  return undefined;
}
