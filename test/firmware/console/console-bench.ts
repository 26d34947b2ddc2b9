import type { FirmwareOptions } from '#firmware/index';
import { createBench, type Bench } from '#sim/bench';

/** The password that `admin` has in these tests once the label's is replaced. */
export const adminPassword = 'Apple-tart-7';

/** A bench and a person at its serial console. */
export interface ConsoleBench {
  readonly bench: Bench;
  /** Types, with Enter; answers what came back within `ms` of simulated time. */
  enter(line: string, ms?: number): Promise<string>;
  /** Types as it is; answers what came back within `ms` of simulated time. */
  type(input: string | Uint8Array, ms?: number): Promise<string>;
  /** Lets time pass; answers what was printed. */
  wait(ms: number): Promise<string>;
  state(): string | undefined;
  /** Texts of the event log, newest first. */
  log(): string[];
}

/** A board that has booted to its login prompt. */
export async function bootedConsole(firmware: FirmwareOptions = {}): Promise<ConsoleBench> {
  const bench = createBench({ firmware });
  bench.board.powerOn();
  const console = consoleOf(bench);
  await console.wait(5_000);
  return console;
}

/** A person at the console of a bench. */
export function consoleOf(bench: Bench): ConsoleBench {
  const { world, board } = bench;
  const wait = async (ms: number): Promise<string> => {
    const before = board.uart.output.length;
    await world.runFor(ms * 1000);
    return board.uart.output.slice(before);
  };
  const type = (input: string | Uint8Array, ms = 50): Promise<string> => {
    board.uart.write(input);
    return wait(ms);
  };
  return {
    bench,
    type,
    wait,
    enter: (line, ms) => type(`${line}\r`, ms),
    state: () => bench.states()['console'],
    log: () => (bench.firmware?.log?.page() ?? []).map((entry) => entry.text),
  };
}

/** Logs `admin` in with the label's password and replaces it; ends in the menu. */
export async function adminAtMenu(firmware?: FirmwareOptions): Promise<ConsoleBench> {
  const console = await bootedConsole(firmware);
  await console.enter('admin');
  await console.enter(console.bench.board.defaultPassword);
  await console.enter(adminPassword);
  await console.enter(adminPassword);
  return console;
}

/** As `adminAtMenu`, and on to the shell. */
export async function adminInShell(firmware?: FirmwareOptions): Promise<ConsoleBench> {
  const console = await adminAtMenu(firmware);
  await console.enter('q');
  await console.enter('y');
  return console;
}

/** Creates a user from the shell of an administrator. */
export async function createUser(
  console: ConsoleBench,
  name: string,
  password: string,
): Promise<void> {
  await console.enter(`user create ${name}`);
  await console.enter(password);
  await console.enter(password);
}
