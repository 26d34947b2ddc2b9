import { assign, setup } from 'xstate';

/** Whose 2-step verification the model is about. */
export interface EnforcementInput {
  /** The account that a basic reset restores. */
  readonly isDefaultAdmin: boolean;
}

/** Of a session that was left open: whether it may do all, the wizard alone, or is over. */
export type Kept = 'over' | 'free' | 'limited';

interface EnforcementContext extends EnforcementInput {
  /** Enforced by name. */
  readonly isNamed: boolean;
  /** Enforced on the group that the user may join. */
  readonly isGroupNamed: boolean;
  readonly isMember: boolean;
  /** The session that the last log-in left open: what has become of it. */
  readonly kept: Kept;
  /** Whether the last thing asked for was refused. */
  readonly isRefused: boolean;
}

/** What happens to the user. */
export type EnforcementEvent =
  | { readonly type: 'user.named' }
  | { readonly type: 'user.unnamed' }
  | { readonly type: 'group.named' }
  | { readonly type: 'group.unnamed' }
  | { readonly type: 'group.joined' }
  | { readonly type: 'group.left' }
  | { readonly type: 'user.loggedIn' }
  | { readonly type: 'user.enrolled' }
  | { readonly type: 'user.disabled' }
  | { readonly type: 'administrator.disabled' }
  | { readonly type: 'reset.basic' }
  | { readonly type: 'reset.advanced' };

/** All that can happen. */
export const enforcementEvents: readonly EnforcementEvent[] = [
  { type: 'user.named' },
  { type: 'user.unnamed' },
  { type: 'group.named' },
  { type: 'group.unnamed' },
  { type: 'group.joined' },
  { type: 'group.left' },
  { type: 'user.loggedIn' },
  { type: 'user.enrolled' },
  { type: 'user.disabled' },
  { type: 'administrator.disabled' },
  { type: 'reset.basic' },
  { type: 'reset.advanced' },
];

/** What of the context makes a state of the model another one, where nothing lasts. */
export function enforcementMark(context: Record<string, unknown>): unknown {
  const { isNamed, isGroupNamed, isMember } = context;
  return [isNamed, isGroupNamed, isMember];
}

/** As `enforcementMark`, where sessions can be left open. */
export function lastingMark(context: Record<string, unknown>): unknown {
  return [enforcementMark(context), context['kept']];
}

/**
 * The model of one user's 2-step verification under enforcement, written from what the appliance is
 * said to do and not from its code: *disabled*, *incomplete* where it is enforced and not set up,
 * *enabled*.
 */
export const enforcementMachine = setup({
  types: {} as {
    input: EnforcementInput;
    context: EnforcementContext;
    events: EnforcementEvent;
  },
  guards: {
    isNamed: ({ context }) => context.isNamed,
    isNotNamed: ({ context }) => !context.isNamed,
    isGroupNamed: ({ context }) => context.isGroupNamed,
    isGroupNotNamed: ({ context }) => !context.isGroupNamed,
    isMember: ({ context }) => context.isMember,
    isNoMember: ({ context }) => !context.isMember,
    isEnforced: ({ context }) => context.isNamed || (context.isGroupNamed && context.isMember),
    isFree: ({ context }) => !context.isNamed && !(context.isGroupNamed && context.isMember),
    /** Whoever it is enforced on cannot switch it off. */
    isDisablingRefused: ({ context }) =>
      context.isNamed || (context.isGroupNamed && context.isMember),
    isDefaultAdmin: ({ context }) => context.isDefaultAdmin,
  },
  actions: {
    name: assign({ isNamed: true, isRefused: false }),
    unname: assign({ isNamed: false, isRefused: false }),
    nameGroup: assign({ isGroupNamed: true, isRefused: false }),
    unnameGroup: assign({ isGroupNamed: false, isRefused: false }),
    join: assign({ isMember: true, isRefused: false }),
    leave: assign({ isMember: false, isRefused: false }),
    refuse: assign({ isRefused: true }),
    do: assign({ isRefused: false }),
    /** Signs the user out everywhere, and forgets the devices. */
    end: assign({ kept: 'over', isRefused: false }),
    keep: assign({ kept: 'free', isRefused: false }),
    keepLimited: assign({ kept: 'limited', isRefused: false }),
    lift: assign({ kept: ({ context }) => (context.kept === 'limited' ? 'free' : context.kept) }),
    forget: assign({
      isNamed: false,
      isGroupNamed: false,
      isMember: false,
      kept: 'over',
      isRefused: false,
    }),
  },
}).createMachine({
  id: 'enforcement',
  options: { maxIterations: 100 },
  context: ({ input }) => ({
    ...input,
    isNamed: false,
    isGroupNamed: false,
    isMember: false,
    kept: 'over',
    isRefused: false,
  }),
  initial: 'disabled',
  states: {
    disabled: {
      always: { guard: 'isEnforced', target: 'incomplete' },
      on: {
        'user.disabled': { actions: 'refuse' },
        'administrator.disabled': { actions: 'refuse' },
        'user.enrolled': { target: 'enabled', actions: 'end' },
      },
    },
    incomplete: {
      always: { guard: 'isFree', target: 'disabled', actions: 'lift' },
      on: {
        'user.loggedIn': { actions: 'keepLimited' },
        'administrator.disabled': { actions: 'refuse' },
        'user.enrolled': { target: 'enabled', actions: 'end' },
      },
    },
    enabled: {
      on: {
        'user.disabled': [
          { guard: 'isDisablingRefused', actions: 'refuse' },
          { target: 'disabled', actions: 'end' },
        ],
        'administrator.disabled': { target: 'disabled', actions: 'end' },
        'user.enrolled': { target: 'enabled', actions: 'end' },
      },
    },
    factory: { type: 'final' },
  },
  on: {
    'user.named': { guard: 'isNotNamed', actions: 'name' },
    'user.unnamed': { guard: 'isNamed', actions: 'unname' },
    'group.named': { guard: 'isGroupNotNamed', actions: 'nameGroup' },
    'group.unnamed': { guard: 'isGroupNamed', actions: 'unnameGroup' },
    'group.joined': { guard: 'isNoMember', actions: 'join' },
    'group.left': { guard: 'isMember', actions: 'leave' },
    'user.loggedIn': { actions: 'keep' },
    'reset.basic': [
      { guard: 'isDefaultAdmin', target: '.disabled', actions: 'end' },
      { actions: 'do' },
    ],
    'reset.advanced': { target: '.factory', actions: 'forget' },
  },
});
