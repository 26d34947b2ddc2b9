import { createActor, type ActorRefFrom } from 'xstate';
import { applianceMachine, type ApplianceEvent } from './appliance.machine.ts';
import type {
  ApplianceControl,
  ApplianceState,
  RequestOrigin,
  RequestOutcome,
  ResetKind,
} from './appliance-control.ts';
import { ApplianceWork } from './appliance-work.ts';
import { isEndOfLife } from './operating-error.ts';
import type { FirmwareOptions } from './options.ts';
import type { Runtime } from './runtime.ts';

const shownStates: Readonly<Record<string, ApplianceState>> = {
  deciding: 'self-test',
  mountingAgain: 'starting',
  selfTest: 'self-test',
  mounting: 'starting',
  starting: 'starting',
  ready: 'ready',
  resettingBasic: 'resetting-basic',
  resettingAdvanced: 'resetting-advanced',
  erasing: 'resetting-advanced',
  rebooting: 'rebooting',
  halted: 'halted',
  failed: 'failed',
  off: 'off',
};

/** The appliance chart on a board: what faces ask of it, and what the entry starts and stops. */
export class Appliance implements ApplianceControl {
  readonly #runtime: Runtime;
  readonly #options: FirmwareOptions;
  readonly #actor: ActorRefFrom<typeof applianceMachine>;
  #isStopped = false;

  constructor(runtime: Runtime, options: FirmwareOptions) {
    this.#runtime = runtime;
    this.#options = options;
    this.#actor = createActor(applianceMachine, {
      clock: runtime.board.clock,
      input: {
        isResuming: options.resume !== undefined,
        effects: new ApplianceWork(runtime, options, this),
      },
    });
    this.#actor.subscribe({ error: (error) => this.reportBug(error) });
  }

  get state(): ApplianceState {
    return shownStates[this.#actor.getSnapshot().value] ?? 'failed';
  }

  /** Hears of each change of state, and at times of none. */
  onState(listener: (state: ApplianceState) => void): void {
    this.#actor.subscribe({ next: () => listener(this.state) });
  }

  start(): void {
    this.#actor.start();
  }

  /** Lets go of the board; what fails from here on is not reported. */
  stop(): void {
    this.#isStopped = true;
    this.#actor.stop();
    const { services, web } = this.#runtime;
    web?.stop();
    services?.signIn.stop();
    services?.twoStep.stop();
    services?.outbox.stop();
    services?.timekeeper.stop();
    services?.scheduler.stop();
    services?.store.close();
  }

  uptimeMs(): number {
    return this.#runtime.board.clock.now();
  }

  requestReset(kind: ResetKind, origin: RequestOrigin): RequestOutcome {
    return this.#ask({ type: 'reset.requested', kind, origin });
  }

  requestReboot(origin: RequestOrigin): RequestOutcome {
    return this.#ask({ type: 'reboot.requested' }, { origin, text: 'restart requested' });
  }

  requestPowerOff(origin: RequestOrigin): RequestOutcome {
    return this.#ask({ type: 'powerOff.requested' }, { origin, text: 'switched off' });
  }

  reportBug(error: unknown): void {
    // After a power loss every call may fail: that is the world's doing, not a defect.
    if (this.#isStopped || isEndOfLife(error)) return;
    this.#options.onBug?.(error);
    this.#actor.send({ type: 'firmware.failed' });
  }

  /** Sends what the chart can take now, noted in the log before it happens. */
  #ask(event: ApplianceEvent, entry?: { origin: RequestOrigin; text: string }): RequestOutcome {
    if (!this.#actor.getSnapshot().can(event)) return { ok: false, reason: 'not-ready' };
    if (entry !== undefined) {
      const { user } = entry.origin;
      this.#runtime.note({
        severity: 'info',
        category: 'power',
        text: entry.text,
        ...(user !== undefined && { user }),
      });
    }
    this.#actor.send(event);
    return { ok: true };
  }
}
