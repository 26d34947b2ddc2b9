import { pathToFileURL } from 'node:url';
import type { Clock } from '../clock.ts';
import { HalError, type PortName } from '../errors.ts';
import type { Closable } from './closable.ts';
import { errnoOf } from './errno.ts';

/** A driver of the integrator's own, in a module of JavaScript. */
export interface ModuleConfig {
  readonly driver: 'module';
  readonly path: string;
  /** Handed to the module as it stands in the board file. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** What a module is given beside its options. */
export interface ModuleContext {
  /** The monotonic clock of the board, for the times of edges. */
  readonly clock: Clock;
  /** Told of a part that fails or goes away after it was opened. */
  readonly onFault: (error: HalError) => void;
}

/** What a module must offer for a port. */
export interface ModuleContract {
  readonly port: PortName;
  /** The function that it exports: called with options and context, it answers the port. */
  readonly maker: string;
  /** What the port has; `status.set` is a method of something in it. */
  readonly methods: readonly string[];
}

/**
 * Loads a module and opens the port that it offers. What it answers may have `close`, which is
 * called once. Errors: `not-present`, `bad-argument` (a module that is none, or does not offer the
 * port), and whatever `HalError` it throws itself.
 */
export async function openModule<P extends object>(
  { path, options = {} }: ModuleConfig,
  { port, maker, methods }: ModuleContract,
  context: ModuleContext,
): Promise<P & Closable> {
  const make = (await load(port, path))[maker];
  if (typeof make !== 'function') {
    throw bad(port, `${path} exports no function ${maker}; docs/guides/write-a-driver.md has one`);
  }
  const made: unknown = await (make as (...given: unknown[]) => unknown)(options, context);
  const missing = methods.filter((name) => typeof memberOf(made, name) !== 'function');
  if (missing.length > 0) {
    throw bad(port, `what ${maker} of ${path} answers has no ${missing.join(', ')}`);
  }
  const close = memberOf(made, 'close');
  return closingOnce(
    made as P,
    typeof close === 'function' ? () => void close.call(made) : undefined,
  );
}

async function load(port: PortName, path: string): Promise<Readonly<Record<string, unknown>>> {
  try {
    return (await import(pathToFileURL(path).href)) as Readonly<Record<string, unknown>>;
  } catch (cause) {
    const says = cause instanceof Error ? cause.message : String(cause);
    const isAway = ['ERR_MODULE_NOT_FOUND', 'ENOENT'].includes(errnoOf(cause));
    const code = isAway ? 'not-present' : 'bad-argument';
    throw new HalError(code, port, `cannot load the driver ${path}: ${says}`, { cause });
  }
}

function memberOf(value: unknown, name: string): unknown {
  return name
    .split('.')
    .reduce<unknown>(
      (at, key) =>
        typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined,
      value,
    );
}

/** The port with a `close` that can be called twice, whatever the module's own is like. */
function closingOnce<P extends object>(made: P, close: (() => void) | undefined): P & Closable {
  let isOpen = true;
  return new Proxy(made, {
    get(target, key) {
      if (key === 'close') {
        return () => {
          if (isOpen) close?.();
          isOpen = false;
        };
      }
      const value: unknown = Reflect.get(target, key, target);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  }) as P & Closable;
}

function bad(port: PortName, detail: string): HalError {
  return new HalError('bad-argument', port, detail);
}
