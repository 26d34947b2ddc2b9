import { vi } from 'vitest';
import type { Button, ButtonEdge } from '#hal/button';
import type { ButtonActs, Subject } from '#hal/conformance/index';
import type { HalError } from '#hal/errors';
import { createButton, type ButtonConfig } from '#hal/linux/button';
import { createClock } from '#hal/linux/clock';
import type { Libc } from '#hal/linux/libc';

type OpenButton = Awaited<ReturnType<typeof createButton>>;

/** A button on a device that is faked, with the time of the host faked around it. */
export class ButtonRig {
  readonly clock = createClock({ libc: undefined });
  readonly edges: ButtonEdge[] = [];
  readonly faults: HalError[] = [];
  readonly #config: ButtonConfig;
  readonly #libc: Libc | undefined;
  /** As often as while a button is held, unless a test is about just that. */
  idleLookEveryMs: number | undefined = 25;
  #button: OpenButton | undefined;

  private constructor(config: ButtonConfig, libc: Libc | undefined) {
    this.#config = config;
    this.#libc = libc;
  }

  /** Opens the button; time stands still from here on, but for `pass`. */
  static async open(config: ButtonConfig, libc: Libc | undefined): Promise<ButtonRig> {
    vi.useFakeTimers();
    const rig = new ButtonRig(config, libc);
    await rig.open();
    return rig;
  }

  get button(): OpenButton {
    if (this.#button === undefined) throw new Error('the rig has no button yet');
    return this.#button;
  }

  async open(): Promise<OpenButton> {
    this.#button = await createButton(this.#config, {
      clock: this.clock,
      onFault: (error) => void this.faults.push(error),
      libc: this.#libc,
      // Its time is faked: what it is told of without being asked would come at no certain time.
      watch: undefined,
      ...(this.idleLookEveryMs === undefined ? {} : { idleLookEveryMs: this.idleLookEveryMs }),
    });
    this.#button.onEdge((edge) => void this.edges.push(edge));
    return this.#button;
  }

  async pass(ms: number): Promise<void> {
    await vi.advanceTimersByTimeAsync(Math.ceil(ms));
  }

  close(): void {
    this.#button?.close();
    this.clock.close();
    vi.useRealTimers();
  }

  /** For the conformance suite: `turn` makes the device say that it is pressed or is not. */
  subject(turn: (isPressed: boolean) => void): Subject<Button, ButtonActs> {
    const act = async (isPressed: boolean): Promise<void> => {
      turn(isPressed);
      await this.pass(30);
    };
    const port = (): OpenButton => this.button;
    return {
      get port() {
        return port();
      },
      act: {
        press: () => act(true),
        release: () => act(false),
        nowMs: () => this.clock.now(),
        pass: (ms) => this.pass(ms),
        restart: async () => {
          turn(false);
          this.button.close();
          return this.open();
        },
      },
    };
  }
}

/** The levels of edges and their times in whole milliseconds. */
export function shown(edges: readonly ButtonEdge[]): string[] {
  return edges.map(({ pressed, atMs }) => `${pressed ? 'press' : 'release'} ${Math.round(atMs)}`);
}
