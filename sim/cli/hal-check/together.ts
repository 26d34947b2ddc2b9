import {
  type CheckOutcome,
  type ConformanceCheck,
  type ConformanceSuite,
  runCheck,
  type Subject,
} from '#hal/conformance/index';

/** Acts that somebody does by hand: their names, and what does them. */
type Acts = Readonly<Record<string, () => Promise<void>>>;

/**
 * Runs checks side by side that share what is done: an act is done once for all, as soon as each
 * check that still runs has come to it. A hand then presses a button four times and not twelve. The
 * checks must all do the same acts in the same order, if some end earlier.
 */
export async function runTogether<Port, All>(
  suite: ConformanceSuite<Port, All>,
  checks: readonly ConformanceCheck<Port, All>[],
  rig: { readonly subject: Subject<Port, All>; readonly shared: Acts },
): Promise<readonly CheckOutcome[]> {
  const meeting = new Meeting(checks.length);
  const shared = Object.entries(rig.shared).map(
    ([name, act]) => [name, () => meeting.arrive(name, act)] as const,
  );
  const subject: Subject<Port, All> = {
    get port() {
      return rig.subject.port;
    },
    act: { ...rig.subject.act, ...(Object.fromEntries(shared) as Partial<All>) },
  };
  return Promise.all(
    checks.map((check) => runCheck(suite, check, subject).finally(() => meeting.leave())),
  );
}

interface Waiting {
  readonly name: string;
  readonly act: () => Promise<void>;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

class Meeting {
  #running: number;
  #waiting: Waiting[] = [];

  constructor(running: number) {
    this.#running = running;
  }

  arrive(name: string, act: () => Promise<void>): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ name, act, resolve, reject });
      this.#actIfAllAreHere();
    });
  }

  leave(): void {
    this.#running -= 1;
    this.#actIfAllAreHere();
  }

  #actIfAllAreHere(): void {
    const [first] = this.#waiting;
    if (first === undefined || this.#waiting.length < this.#running) return;
    // Who wants another act than the first has its turn when the first ones are here again.
    const same = this.#waiting.filter(({ name }) => name === first.name);
    this.#waiting = this.#waiting.filter(({ name }) => name !== first.name);
    void first.act().then(
      () => same.forEach(({ resolve }) => resolve()),
      (error: unknown) => same.forEach(({ reject }) => reject(error)),
    );
  }
}
