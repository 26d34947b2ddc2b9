import type { ApplianceControl } from './appliance-control.ts';
import type { ButtonFact } from './reset/button.machine.ts';
import type { ResetAction } from './reset/profile.ts';
import type { Threshold } from './reset/gestures.ts';
import type { Runtime } from './runtime.ts';

/** What the appliance does about the RESET button: beeps, log entries, requests. */
export interface ButtonDuty {
  /** Whether a press that begins now is taken. */
  isListening(): boolean;
  onFact(fact: ButtonFact): void;
}

/** Presses are taken when services are up and the switch is on, or to get out of a halt. */
export function createButtonDuty(runtime: Runtime, control: ApplianceControl): ButtonDuty {
  const isSwitchedOn = (): boolean =>
    runtime.services?.settings.get('hardware.resetSwitch') ?? true;
  const isListening = (): boolean =>
    control.state === 'halted' || (control.state === 'ready' && isSwitchedOn());

  const note = (severity: 'info' | 'warning', text: string): void =>
    runtime.note({ severity, category: 'hardware', text });

  const pass = (threshold: Threshold): void => {
    if (threshold.beepMs !== undefined) runtime.beeper.beep(threshold.beepMs);
  };

  const ask = (action: ResetAction): void => {
    const origin = { via: 'reset-button' } as const;
    const outcome =
      action === 'reboot' ? control.requestReboot(origin) : control.requestReset(action, origin);
    if (!outcome.ok) note('warning', `RESET ignored: the appliance is ${control.state}`);
  };

  return {
    isListening,
    onFact(fact) {
      switch (fact.type) {
        case 'arming.delayed':
          return note('warning', 'RESET is held since power-on: it does nothing until released');
        case 'arming.done':
          return note('info', 'RESET released: armed');
        case 'press.ignored':
          return note(
            'warning',
            control.state === 'ready'
              ? 'RESET pressed and ignored: the configuration reset switch is off'
              : `RESET pressed and ignored: the appliance is ${control.state}`,
          );
        case 'threshold.reached':
          pass(fact.threshold);
          if (fact.threshold.action !== undefined) ask(fact.threshold.action);
          return undefined;
        case 'press.ended':
          fact.missed.forEach(pass);
          if (fact.action !== undefined) return ask(fact.action);
          if (fact.hasFired) return undefined;
          return note('info', `RESET pressed for ${seconds(fact.holdMs)}: nothing asked for`);
      }
    },
  };
}

/** «3.000 s», to the millisecond the boundaries are stated in. */
function seconds(holdMs: number): string {
  return `${(Math.floor(holdMs) / 1000).toFixed(3)} s`;
}
