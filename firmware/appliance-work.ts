import { defaultAdminName } from './accounts/accounts.ts';
import type { ApplianceEffects, ApplianceEvent } from './appliance.machine.ts';
import type { ApplianceControl, RequestOrigin } from './appliance-control.ts';
import {
  applyNetwork,
  mount,
  openLogin,
  servicesOf,
  showHalted,
  startCharts,
  startServices,
} from './boot.ts';
import { longBeepMs, shortBeepMs } from './indicators/beeper.ts';
import { isOperatingError } from './operating-error.ts';
import type { FirmwareOptions } from './options.ts';
import { advancedReset, basicReset } from './reset/factory.ts';
import type { Runtime } from './runtime.ts';
import { selfTestReport } from './self-test.ts';
import { eraseStore } from './store/store.ts';
import { firmwareVersion } from './version.ts';

/**
 * What the appliance chart has done, on a board. None of it throws: a failing part is told and
 * lived with, or makes a reset fail; anything else is a bug and reported as one.
 */
export class ApplianceWork implements ApplianceEffects {
  readonly #runtime: Runtime;
  readonly #options: FirmwareOptions;
  readonly #control: ApplianceControl;

  constructor(runtime: Runtime, options: FirmwareOptions, control: ApplianceControl) {
    this.#runtime = runtime;
    this.#options = options;
    this.#control = control;
  }

  greet(): void {
    this.#try(({ lamp, beeper, face }) => {
      lamp.show('starting');
      beeper.beep(shortBeepMs);
      face.bootLine(`nasboard firmware ${firmwareVersion}`);
    });
  }

  testParts(): void {
    this.#try(({ board, face }) => face.bootLine(selfTestReport(board)));
  }

  mountStore(): ApplianceEvent {
    try {
      return mount(this.#runtime, this.#options, this.#control);
    } catch (error) {
      return this.#failed(error);
    }
  }

  startServices(): void {
    this.#try(startServices);
    this.#soon(startCharts);
  }

  resumeServices(): void {
    this.#try((runtime) => openLogin(runtime, this.#control));
    this.#soon(startCharts);
  }

  enterReady(): void {
    this.#try((runtime) => {
      const { lamp, beeper, face } = runtime;
      lamp.show('ready');
      beeper.beep(longBeepMs);
      face.bootLine('ready');
      openLogin(runtime, this.#control);
    });
  }

  showReset(): void {
    this.#try(({ lamp }) => lamp.show('resetting'));
  }

  commitBasic(origin: RequestOrigin): ApplianceEvent {
    return this.#reset((runtime) => {
      basicReset(servicesOf(runtime), origin);
      applyNetwork(runtime);
      const { face } = runtime;
      face.announce('RESET: basic reset done. Default password and network settings restored.');
      face.endSession('the appliance was reset', defaultAdminName);
    });
  }

  commitAdvanced(origin: RequestOrigin): ApplianceEvent {
    return this.#reset((runtime) => {
      advancedReset(servicesOf(runtime), origin);
      const { face } = runtime;
      face.announce('RESET: advanced reset done. All settings are at factory default.');
      face.endSession('the appliance was reset');
    });
  }

  eraseStore(): ApplianceEvent {
    return this.#reset(({ board, face }) => {
      eraseStore(board.storage);
      face.announce('RESET: the settings were erased. Restarting with factory defaults.');
    });
  }

  tellResetFailed(detail: string): void {
    this.#try((runtime) => {
      runtime.face.announce(`RESET failed, nothing was changed: ${detail}`);
      runtime.note({ severity: 'error', category: 'reset', text: `reset failed: ${detail}` });
    });
  }

  returnToReady(): void {
    this.#try(({ lamp }) => lamp.show('ready'));
  }

  sayGoodbye(): void {
    this.#try(({ face }) => face.announce('The system is going down for restart.'));
  }

  reboot(): void {
    this.#try(({ board }) => board.power.reboot());
  }

  powerOff(): void {
    this.#try(({ board, lamp }) => {
      lamp.show('off');
      board.power.off();
    });
  }

  showHalted(fault: string): void {
    this.#try((runtime) => showHalted(runtime, fault));
  }

  stopServing(): void {
    this.#try(({ face }) => face.announce('The firmware failed; the watchdog restarts it.'));
  }

  #try(work: (runtime: Runtime) => void): void {
    try {
      work(this.#runtime);
    } catch (error) {
      if (isOperatingError(error)) this.#runtime.tellTrouble(error);
      else this.#control.reportBug(error);
    }
  }

  /** XState warns where a chart is made in the middle of another one's action. */
  #soon(work: (runtime: Runtime) => void): void {
    void Promise.resolve().then(() => this.#try(work));
  }

  #reset(work: (runtime: Runtime) => void): ApplianceEvent {
    try {
      work(this.#runtime);
      return { type: 'reset.committed' };
    } catch (error) {
      if (isOperatingError(error)) return { type: 'reset.failed', detail: error.message };
      return this.#failed(error);
    }
  }

  #failed(error: unknown): ApplianceEvent {
    this.#control.reportBug(error);
    return { type: 'firmware.failed' };
  }
}
