import { createActor } from 'xstate';
import { defaultAdminName } from './accounts/accounts.ts';
import {
  applianceMachine,
  type ApplianceEffects,
  type ApplianceEvent,
} from './appliance.machine.ts';
import type {
  ApplianceControl,
  ApplianceState,
  RequestOrigin,
  RequestOutcome,
} from './appliance-control.ts';
import { applyNetwork, mount, openLogin, servicesOf, showHalted, startServices } from './boot.ts';
import { isEndOfLife, isOperatingError } from './operating-error.ts';
import type { FirmwareOptions } from './options.ts';
import { advancedReset, basicReset } from './reset/factory.ts';
import type { Runtime } from './runtime.ts';
import { selfTestReport } from './self-test.ts';
import { eraseStore } from './store/store.ts';
import { longBeepMs, shortBeepMs } from './indicators/beeper.ts';
import { firmwareVersion } from './version.ts';

/** The appliance at work, as faces and the entry see it. */
export interface Appliance extends ApplianceControl {
  /** Hears each change of state; called first with the present one. */
  onState(listener: (state: ApplianceState) => void): void;
  start(): void;
  stop(): void;
}

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

/** Puts the appliance chart on a board: its effects, and what may be asked of it. */
export function createAppliance(runtime: Runtime, options: FirmwareOptions): Appliance {
  const { board, lamp, beeper, face } = runtime;
  let isStopped = false;

  const reportBug = (error: unknown): void => {
    // After a power loss every call may fail: that is the world's doing, not a defect.
    if (isStopped || isEndOfLife(error)) return;
    options.onBug?.(error);
    send({ type: 'firmware.failed' });
  };

  /** Runs an effect: a failing part is told and lived with, anything else is a bug. */
  const guarded = (effect: () => void) => () => {
    try {
      effect();
    } catch (error) {
      if (isOperatingError(error)) runtime.tellTrouble(error);
      else reportBug(error);
    }
  };

  const resetting = (reset: (origin: RequestOrigin) => void) => (origin: RequestOrigin) => {
    try {
      reset(origin);
      return { type: 'reset.committed' } as const;
    } catch (error) {
      if (isOperatingError(error)) return { type: 'reset.failed', detail: error.message } as const;
      reportBug(error);
      return { type: 'firmware.failed' } as const;
    }
  };

  const effects: ApplianceEffects = {
    greet: guarded(() => {
      lamp.show('starting');
      beeper.beep(shortBeepMs);
      face.bootLine(`nasboard firmware ${firmwareVersion}`);
    }),
    testParts: guarded(() => face.bootLine(selfTestReport(board))),
    mountStore: () => {
      try {
        return mount(runtime, options);
      } catch (error) {
        reportBug(error);
        return { type: 'firmware.failed' };
      }
    },
    startServices: guarded(() => startServices(runtime)),
    resumeServices: guarded(() => openLogin(runtime, control)),
    enterReady: guarded(() => {
      lamp.show('ready');
      beeper.beep(longBeepMs);
      face.bootLine('ready');
      openLogin(runtime, control);
    }),
    returnToReady: guarded(() => lamp.show('ready')),
    showReset: guarded(() => lamp.show('resetting')),
    commitBasic: resetting((origin) => {
      basicReset(servicesOf(runtime), origin);
      applyNetwork(runtime);
      face.announce('RESET: basic reset done. Default password and network settings restored.');
      face.endSession('the appliance was reset', defaultAdminName);
    }),
    commitAdvanced: resetting((origin) => {
      advancedReset(servicesOf(runtime), origin);
      face.announce('RESET: advanced reset done. All settings are at factory default.');
      face.endSession('the appliance was reset');
    }),
    eraseStore: () =>
      resetting(() => {
        eraseStore(board.storage);
        face.announce('RESET: the settings were erased. Restarting with factory defaults.');
      })({ via: 'reset-button' }),
    tellResetFailed: (detail) =>
      guarded(() => {
        face.announce(`RESET failed, nothing was changed: ${detail}`);
        runtime.note({ severity: 'error', category: 'reset', text: `reset failed: ${detail}` });
      })(),
    sayGoodbye: guarded(() => face.announce('The system is going down for restart.')),
    reboot: guarded(() => board.power.reboot()),
    powerOff: guarded(() => {
      lamp.show('off');
      board.power.off();
    }),
    showHalted: (fault) => guarded(() => showHalted(runtime, fault))(),
    stopServing: guarded(() => face.announce('The firmware failed; the watchdog restarts it.')),
  };

  const actor = createActor(applianceMachine, {
    clock: board.clock,
    input: { isResuming: options.resume !== undefined, effects },
  });
  const send = (event: ApplianceEvent): void => actor.send(event);
  actor.subscribe({ error: reportBug });

  const stateNow = (): ApplianceState => shownStates[String(actor.getSnapshot().value)] ?? 'failed';
  const ask = (event: ApplianceEvent): RequestOutcome => {
    if (!actor.getSnapshot().can(event)) return { ok: false, reason: 'not-ready' };
    send(event);
    return { ok: true };
  };

  const control: Appliance = {
    get state() {
      return stateNow();
    },
    uptimeMs: () => board.clock.now(),
    requestReset: (kind, origin) => ask({ type: 'reset.requested', kind, origin }),
    requestReboot: (origin) => {
      const outcome = ask({ type: 'reboot.requested' });
      if (outcome.ok) runtime.note({ ...by(origin), category: 'power', text: 'restart requested' });
      return outcome;
    },
    requestPowerOff: (origin) => {
      if (!actor.getSnapshot().can({ type: 'powerOff.requested' })) {
        return { ok: false, reason: 'not-ready' };
      }
      runtime.note({ ...by(origin), category: 'power', text: 'switched off' });
      return ask({ type: 'powerOff.requested' });
    },
    reportBug,
    onState(listener) {
      actor.subscribe({ next: () => listener(stateNow()) });
    },
    start: () => void actor.start(),
    stop() {
      isStopped = true;
      actor.stop();
      runtime.services?.store.close();
    },
  };
  return control;
}

function by(origin: { readonly user?: string }): { severity: 'info'; user?: string } {
  return { severity: 'info', ...(origin.user !== undefined && { user: origin.user }) };
}
