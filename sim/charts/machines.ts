import type { AnyStateMachine } from 'xstate';
import { applianceMachine } from '#firmware/appliance.machine';
import { consoleMachine } from '#firmware/console/console.machine';
import { outboxMachine } from '#firmware/notify/outbox.machine';
import { buttonMachine } from '#firmware/reset/button.machine';
import { timekeeperMachine } from '#firmware/time/timekeeper.machine';
import { enrolmentMachine } from '#firmware/two-step/enrolment.machine';
import { loginMachine } from '#firmware/two-step/login.machine';

/** A state machine of the firmware, and what it is about. */
export interface FirmwareMachine {
  readonly machine: AnyStateMachine;
  /** One sentence for people. */
  readonly about: string;
  /** Where it is written, from the root of the project. */
  readonly source: string;
}

/** All state machines of the firmware, the outermost first. */
export const firmwareMachines: readonly FirmwareMachine[] = [
  {
    machine: applianceMachine,
    about: 'The appliance, from power-on to ready, through the resets and down again.',
    source: 'firmware/appliance.machine.ts',
  },
  {
    machine: buttonMachine,
    about: 'The RESET button, from settled levels of its line to the resets that are asked for.',
    source: 'firmware/reset/button.machine.ts',
  },
  {
    machine: timekeeperMachine,
    about: 'How long the time servers are believed, and when they are asked again.',
    source: 'firmware/time/timekeeper.machine.ts',
  },
  {
    machine: consoleMachine,
    about: 'The serial console, from the boot messages to the shell of a person who logged in.',
    source: 'firmware/console/console.machine.ts',
  },
  {
    machine: loginMachine,
    about: 'A sign-in whose password was right and whose second step is still to come.',
    source: 'firmware/two-step/login.machine.ts',
  },
  {
    machine: enrolmentMachine,
    about: 'Setting up 2-step verification, from the key to the recovery codes.',
    source: 'firmware/two-step/enrolment.machine.ts',
  },
  {
    machine: outboxMachine,
    about: 'The mails that wait to be handed to the mail server.',
    source: 'firmware/notify/outbox.machine.ts',
  },
];
