import { assertEvent, assign, setup } from 'xstate';
import type { RequestOrigin, ResetKind } from './appliance-control.ts';

/** Shortest times that a person needs to tell the phases of a boot and of a reset apart, ms. */
const phaseMs = {
  /** The lamp lights and the starting beep begins before anything can fail. */
  selfTest: 120,
  /** The starting beep (500 ms) ends well before the ready beep; the lamp blinks four times. */
  starting: 2_340,
  /** The lamp alternates green and red for six half periods; the reset itself is done by then. */
  resetShown: 3_000,
  /** The console's last line leaves the UART before the board restarts. */
  farewell: 100,
} as const;

/** What happens to the appliance as a whole. */
export type ApplianceEvent =
  | { readonly type: 'store.mounted' }
  | { readonly type: 'store.refused'; readonly detail: string }
  | { readonly type: 'reset.requested'; readonly kind: ResetKind; readonly origin: RequestOrigin }
  | { readonly type: 'reset.committed' }
  | { readonly type: 'reset.failed'; readonly detail: string }
  | { readonly type: 'reboot.requested' }
  | { readonly type: 'powerOff.requested' }
  | { readonly type: 'firmware.failed' };

/** What the chart has done; none may throw. Those that answer with an event do so at once. */
export interface ApplianceEffects {
  greet(): void;
  testParts(): void;
  mountStore(): ApplianceEvent;
  startServices(): void;
  resumeServices(): void;
  enterReady(): void;
  showReset(): void;
  commitBasic(origin: RequestOrigin): ApplianceEvent;
  commitAdvanced(origin: RequestOrigin): ApplianceEvent;
  eraseStore(): ApplianceEvent;
  tellResetFailed(detail: string): void;
  returnToReady(): void;
  sayGoodbye(): void;
  reboot(): void;
  powerOff(): void;
  showHalted(fault: string): void;
  stopServing(): void;
}

interface ApplianceInput {
  /** Goes on as a ready appliance: nothing is shown, printed or beeped again. */
  readonly isResuming: boolean;
  readonly effects: ApplianceEffects;
}

interface ApplianceContext extends ApplianceInput {
  /** Why the appliance halted, for people; empty while it runs. */
  readonly fault: string;
}

/**
 * The appliance: power-on to ready, the two resets, and the ways down. Decides only. Effects come
 * with the input, not by `provide`: that would build the whole chart anew for every board.
 */
export const applianceMachine = setup({
  types: {} as {
    input: ApplianceInput;
    context: ApplianceContext;
    events: ApplianceEvent;
  },
  actions: {
    greet: ({ context }) => context.effects.greet(),
    testParts: ({ context }) => context.effects.testParts(),
    // What these come to is an event; it is taken when the step that began them is done.
    mountStore: ({ context, self }) => self.send(context.effects.mountStore()),
    eraseStore: ({ context, self }) => self.send(context.effects.eraseStore()),
    commitBasic: ({ context, event, self }) =>
      self.send(context.effects.commitBasic(originOf(event))),
    commitAdvanced: ({ context, event, self }) =>
      self.send(context.effects.commitAdvanced(originOf(event))),
    startServices: ({ context }) => context.effects.startServices(),
    resumeServices: ({ context }) => context.effects.resumeServices(),
    enterReady: ({ context }) => context.effects.enterReady(),
    returnToReady: ({ context }) => context.effects.returnToReady(),
    tellResetFailed: ({ context, event }) => context.effects.tellResetFailed(detailOf(event)),
    showReset: ({ context }) => context.effects.showReset(),
    sayGoodbye: ({ context }) => context.effects.sayGoodbye(),
    reboot: ({ context }) => context.effects.reboot(),
    showHalted: ({ context }) => context.effects.showHalted(context.fault),
    powerOff: ({ context }) => context.effects.powerOff(),
    stopServing: ({ context }) => context.effects.stopServing(),
    keepFault: assign({ fault: ({ event }) => detailOf(event) }),
  },
  guards: {
    isResuming: ({ context }) => context.isResuming,
    isAdvanced: ({ event }) => event.type === 'reset.requested' && event.kind === 'advanced',
  },
  delays: phaseMs,
}).createMachine({
  id: 'appliance',
  options: { maxIterations: 100 },
  context: ({ input }) => ({ ...input, fault: '' }),
  initial: 'deciding',
  on: { 'firmware.failed': { target: '.failed' } },
  states: {
    deciding: {
      always: [
        { guard: 'isResuming', target: 'mountingAgain' },
        { target: 'selfTest', actions: 'greet' },
      ],
    },
    mountingAgain: {
      entry: 'mountStore',
      on: {
        'store.mounted': { target: 'ready', actions: 'resumeServices' },
        'store.refused': { target: 'halted', actions: 'keepFault' },
      },
    },
    selfTest: {
      after: { selfTest: { target: 'mounting', actions: 'testParts' } },
    },
    mounting: {
      entry: 'mountStore',
      on: {
        'store.mounted': { target: 'starting', actions: 'startServices' },
        'store.refused': { target: 'halted', actions: 'keepFault' },
      },
    },
    starting: {
      after: { starting: { target: 'ready', actions: 'enterReady' } },
    },
    ready: {
      on: {
        'reset.requested': [
          { guard: 'isAdvanced', target: 'resettingAdvanced' },
          { target: 'resettingBasic' },
        ],
        'reboot.requested': 'rebooting',
        'powerOff.requested': { target: 'off', actions: 'powerOff' },
      },
    },
    resettingBasic: {
      entry: ['showReset', 'commitBasic'],
      after: { resetShown: { target: 'ready', actions: 'returnToReady' } },
      on: { 'reset.failed': { target: 'ready', actions: ['tellResetFailed', 'returnToReady'] } },
    },
    resettingAdvanced: {
      entry: ['showReset', 'commitAdvanced'],
      after: { resetShown: 'rebooting' },
      on: { 'reset.failed': { target: 'ready', actions: ['tellResetFailed', 'returnToReady'] } },
    },
    rebooting: {
      entry: 'sayGoodbye',
      after: { farewell: { target: 'off', actions: 'reboot' } },
    },
    halted: {
      entry: 'showHalted',
      on: {
        'reset.requested': { guard: 'isAdvanced', target: 'erasing' },
        'reboot.requested': 'rebooting',
      },
    },
    erasing: {
      entry: ['showReset', 'eraseStore'],
      after: { resetShown: 'rebooting' },
      on: { 'reset.failed': { target: 'halted', actions: 'keepFault' } },
    },
    failed: { entry: 'stopServing' },
    off: {},
  },
});

function originOf(event: ApplianceEvent): RequestOrigin {
  assertEvent(event, 'reset.requested');
  return event.origin;
}

function detailOf(event: ApplianceEvent): string {
  return 'detail' in event ? event.detail : 'unknown fault';
}
