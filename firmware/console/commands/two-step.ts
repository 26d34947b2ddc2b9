import type { TwoStepDetails, TwoStepOutcome } from '../../two-step/two-step.ts';
import { asker, misused, refuse, type CommandContext } from '../command.ts';
import { reauthenticate } from '../credentials.ts';
import { ask, askSecret, confirm, type Dialogue, type Verdict } from '../dialogue.ts';
import { enrol } from '../enrolment.ts';
import { nasClockText } from '../nas-clock.ts';
import { showRecoveryCodes } from '../recovery-codes.ts';
import { pairsText, tableText } from '../table.ts';
import { verbCommand, type Verb } from '../verbs.ts';

const verbs: readonly [Verb, ...(readonly Verb[])] = [
  {
    name: 'status',
    form: '[USER]',
    argumentsMin: 0,
    argumentsMax: 1,
    run: ([name], context) => showStatus(name ?? context.user.name, context),
  },
  {
    name: 'enable',
    form: '',
    argumentsMin: 0,
    argumentsMax: 0,
    run: (_, context) => enable(context),
  },
  {
    name: 'disable',
    form: '',
    argumentsMin: 0,
    argumentsMax: 0,
    run: (_, context) => disable(context),
  },
  {
    name: 'recovery-codes',
    form: '',
    argumentsMin: 0,
    argumentsMax: 0,
    run: (_, context) => renewRecoveryCodes(context),
  },
  {
    name: 'list',
    form: '',
    argumentsMin: 0,
    argumentsMax: 0,
    run: (_, context) => list(context),
  },
  {
    name: 'enforce',
    form: 'user|group NAME on|off',
    argumentsMin: 3,
    argumentsMax: 3,
    run: ([kind = '', name = '', state = ''], context) => enforce({ kind, name, state }, context),
  },
  {
    name: 'reset',
    form: 'USER',
    argumentsMin: 1,
    argumentsMax: 1,
    run: ([name = ''], context) => resetUser(name, context),
  },
  {
    name: 'unblock',
    form: 'USER',
    argumentsMin: 1,
    argumentsMax: 1,
    run: ([name = ''], context) => unblock(name, context),
  },
];

/** `2sv`: 2-step verification. */
export const twoStep = verbCommand(
  {
    name: '2sv',
    summary: '2-step verification: a security code beside the password',
    details: [
      'enable          sets it up: you are logged out everywhere when it is done',
      'disable         needs your password and a security code',
      'recovery-codes  makes ten new ones; those of before are void',
      'For administrators:',
      'list            every user',
      'enforce         the user, or each member of the group, must set it up at the next login',
      'reset           switches it off for a user who lost the phone',
      'unblock         lets a user try again after too many wrong codes',
    ],
    isForAdministrators: false,
  },
  verbs,
);

const choices = 'E: enable, D: disable, C: new recovery codes, L: list of users, Enter: back ';

/** The menu's item: one's own state, and one thing to do with it after the other. */
export function* manageTwoStep(context: CommandContext): Dialogue {
  for (;;) {
    showStatus(context.user.name, context);
    const choice = (yield* ask(choices)).toUpperCase();
    if (choice === '') return 'done';
    if ((yield* manage(choice, context)) === 'log-out') return 'log-out';
  }
}

function* manage(choice: string, context: CommandContext): Dialogue {
  if (choice === 'E') return yield* enable(context);
  if (choice === 'D') return yield* disable(context);
  if (choice === 'C') return yield* renewRecoveryCodes(context);
  return choice === 'L' ? list(context) : 'done';
}

function showStatus(name: string, context: CommandContext): Verdict {
  const isOwn = context.services.accounts.user(name)?.id === context.user.id;
  if (!isOwn && !context.user.isAdministrator) {
    return refuse(context, 'two-step', 'Only administrators see the state of others.');
  }
  const details = detailsOf(name, context);
  if (details === undefined) return 'done';
  context.print(
    pairsText([
      ['User', details.userName],
      ['2-step verification', stateText(details)],
      ['Enforced', enforcementText(details)],
      ['Security question', details.question?.text ?? 'none'],
      ['Codes by e-mail to', details.emailHint ?? 'none'],
      ['Recovery codes left', String(details.recoveryCodesLeft)],
    ]),
  );
  context.print(nasClockText(context.services));
  return 'done';
}

function* enable(context: CommandContext): Dialogue {
  return (yield* reauthenticate(context)) ? yield* enrol(context) : 'done';
}

function* disable(context: CommandContext): Dialogue {
  const { twoStep: service } = context.services;
  if (service.status(context.user.id) !== 'enabled') {
    context.print('2-step verification is not on.');
    return 'done';
  }
  if (!(yield* reauthenticate(context))) return 'done';
  const code = (yield* askSecret('Security code: ')).trim();
  const outcome = service.disable(context.user.id, { by: 'user', code, asker: asker(context) });
  if (!outcome.ok) return tell(outcome, '', context);
  context.print('2-step verification is off. You are logged out everywhere.');
  return 'log-out';
}

function* renewRecoveryCodes(context: CommandContext): Dialogue {
  const { twoStep: service } = context.services;
  if (service.status(context.user.id) !== 'enabled') {
    context.print('2-step verification is not on.');
    return 'done';
  }
  const code = (yield* askSecret('Security code: ')).trim();
  const outcome = service.renewRecoveryCodes(context.user.id, code, asker(context));
  if (!outcome.ok) return tell(outcome, '', context);
  showRecoveryCodes(outcome.recoveryCodes, context);
  return 'done';
}

function list(context: CommandContext): Verdict {
  if (!context.user.isAdministrator) {
    return refuse(context, 'two-step', 'Only administrators see the state of others.');
  }
  const rows = context.services.twoStep
    .list()
    .map((details) => [details.userName, stateText(details), enforcementText(details)]);
  context.print(tableText([['USER', '2-STEP VERIFICATION', 'ENFORCED'], ...rows]));
  return 'done';
}

interface Enforcement {
  readonly kind: string;
  readonly name: string;
  readonly state: string;
}

function enforce({ kind, name, state }: Enforcement, context: CommandContext): Verdict {
  const { accounts, twoStep: service } = context.services;
  if (!context.user.isAdministrator) {
    return refuse(context, 'two-step', 'Only administrators enforce 2-step verification.');
  }
  if ((kind !== 'user' && kind !== 'group') || (state !== 'on' && state !== 'off')) {
    return misused(context, '2sv', 'write "2sv enforce user|group NAME on|off"');
  }
  const target = kind === 'user' ? accounts.user(name) : accounts.group(name);
  if (target === undefined) {
    context.print(`There is no ${kind} "${name}".`);
    return 'done';
  }
  const isOn = state === 'on';
  const outcome =
    kind === 'user'
      ? service.enforceUser(target.id, isOn, asker(context))
      : service.enforceGroup(target.id, isOn, asker(context));
  const text = isOn ? 'is enforced on' : 'is no longer enforced on';
  return tell(outcome, `2-step verification ${text} ${kind} ${target.name}.`, context);
}

function* resetUser(name: string, context: CommandContext): Dialogue {
  if (!context.user.isAdministrator) {
    return refuse(context, 'two-step', 'Only administrators reset 2-step verification.');
  }
  const target = detailsOf(name, context);
  if (target === undefined) return 'done';
  const question = `Switch 2-step verification of ${target.userName} off?`;
  if (!(yield* confirm(question))) return 'done';
  const request = { by: 'administrator', asker: asker(context) } as const;
  const outcome = context.services.twoStep.disable(target.userId, request);
  return tell(outcome, `2-step verification of ${target.userName} is off.`, context);
}

function unblock(name: string, context: CommandContext): Verdict {
  if (!context.user.isAdministrator) {
    return refuse(context, 'two-step', 'Only administrators let others try again.');
  }
  const target = detailsOf(name, context);
  if (target === undefined) return 'done';
  const outcome = context.services.twoStep.unblock(target.userId, asker(context));
  return tell(outcome, `${target.userName} may try again.`, context);
}

function tell(outcome: TwoStepOutcome, success: string, context: CommandContext): Verdict {
  context.print(outcome.ok ? success : `Refused: ${outcome.text}`);
  return 'done';
}

/** Tells, too, where there is no such user. */
function detailsOf(name: string, context: CommandContext): TwoStepDetails | undefined {
  const user = context.services.accounts.user(name);
  const details = user && context.services.twoStep.details(user.id);
  if (details === undefined) context.print(`There is no user "${name}".`);
  return details;
}

function stateText(details: TwoStepDetails): string {
  const { status, isBlocked, isAlternativeBlocked } = details;
  const blocked = isBlocked ? ', BLOCKED after too many wrong codes' : '';
  const isQuestionOff = isAlternativeBlocked ? ', other way blocked' : '';
  return `${status}${blocked}${isQuestionOff}`;
}

function enforcementText({ isNamed, enforcedThrough }: TwoStepDetails): string {
  const causes = [
    ...(isNamed ? ['by name'] : []),
    ...enforcedThrough.map((group) => `through ${group}`),
  ];
  return causes.length === 0 ? 'no' : causes.join(', ');
}
