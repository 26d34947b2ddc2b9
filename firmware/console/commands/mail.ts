import type { MailAccount, NewMailAccount } from '../../notify/mail-accounts.ts';
import { localTimeText, timeStyle } from '../../time/local-time.ts';
import { change, misused, note, type CommandContext } from '../command.ts';
import { askSecret, confirm, type Dialogue, type Verdict } from '../dialogue.ts';
import { operatingErrorText } from '../operating-error.ts';
import { tableText } from '../table.ts';
import { verbCommand } from '../verbs.ts';

/** `mail`: the accounts that mails go out through, and the mails that wait. */
export const mail = verbCommand(
  {
    name: 'mail',
    summary: 'the SMTP accounts that notifications go out through, and the mails that wait',
    details: [
      'SECURITY is none, starttls or tls; usual ports are 25 or 587, 587, and 465.',
      'With a USER the password is asked for, and again where HOST or USER is another one.',
      'change   FIELD is name, host, port, security, sender, user or password; "user none": no login',
      'test     sends one mail at once, through the default account unless told otherwise',
      'queue    mails that could not be sent yet',
    ],
    isForAdministrators: true,
  },
  [
    {
      name: 'list',
      form: '',
      argumentsMin: 0,
      argumentsMax: 0,
      run: (_, context) => list(context),
    },
    {
      name: 'add',
      form: 'NAME HOST PORT SECURITY SENDER [USER]',
      argumentsMin: 5,
      argumentsMax: 6,
      run: (words, context) => add(words, context),
    },
    {
      name: 'change',
      form: 'ID FIELD [VALUE]',
      argumentsMin: 2,
      argumentsMax: 3,
      run: ([id = '', field = '', value], context) => changeField({ id, field, value }, context),
    },
    {
      name: 'remove',
      form: 'ID',
      argumentsMin: 1,
      argumentsMax: 1,
      run: ([id = ''], context) => remove(id, context),
    },
    {
      name: 'default',
      form: 'ID',
      argumentsMin: 1,
      argumentsMax: 1,
      run: ([id = ''], context) => setDefault(id, context),
    },
    {
      name: 'test',
      form: 'ADDRESS [ID]',
      argumentsMin: 1,
      argumentsMax: 2,
      run: ([address = '', id], context) => test(address, id, context),
    },
    {
      name: 'queue',
      form: '',
      argumentsMin: 0,
      argumentsMax: 0,
      run: (_, context) => showQueue(context),
    },
  ],
);

const category = 'mail';
const passwordPrompt = 'Mail account password: ';

function list(context: CommandContext): Verdict {
  const rows = context.services.mailAccounts
    .list()
    .map(({ id, name, host, port, security, sender, user, hasPassword, isDefault }) => [
      isDefault ? `${id} *` : String(id),
      name,
      `${host}:${port}`,
      security,
      sender,
      user === undefined ? 'no login' : `${user}${hasPassword ? '' : ', no password'}`,
    ]);
  context.print(
    rows.length === 0
      ? 'There is no mail account: nobody is notified. "mail --help" shows how to add one.'
      : tableText([['ID', 'NAME', 'SERVER', 'SECURITY', 'SENDER', 'USER'], ...rows]),
  );
  return 'done';
}

function* add(words: readonly string[], context: CommandContext): Dialogue {
  const [name = '', host = '', port = '', security = '', sender = '', user] = words;
  const login = user === undefined ? {} : { user, password: yield* askSecret(passwordPrompt) };
  const account = { name, host, port: numberOf(port), sender, ...login };
  change(context, { category, text: `mail account ${name} created` }, () =>
    // The accounts judge what was typed.
    context.services.mailAccounts.create({ ...account, security: security as Security }),
  );
  return 'done';
}

type Security = NewMailAccount['security'];

interface FieldChange {
  readonly id: string;
  readonly field: string;
  readonly value: string | undefined;
}

const fields = ['name', 'host', 'port', 'security', 'sender', 'user', 'password'];

function* changeField({ id, field, value }: FieldChange, context: CommandContext): Dialogue {
  const account = accountOf(id, context);
  if (account === undefined) return 'done';
  if (!fields.includes(field)) return misused(context, 'mail', `there is no field "${field}"`);
  if (field === 'password' && value !== undefined) {
    return misused(context, 'mail', 'the password is asked for, not given here');
  }
  if (field !== 'password' && value === undefined) {
    return misused(context, 'mail', 'the value is missing');
  }
  const changes = yield* changesOf(account, field, value);
  const entry = { category, text: `mail account ${account.name}: ${field} changed` };
  change(context, entry, () => context.services.mailAccounts.change(account.id, changes));
  return 'done';
}

/** Asks for the password where it is new, or meant for what is changed. */
function* changesOf(
  account: MailAccount,
  field: string,
  value = '',
): Dialogue<Partial<NewMailAccount>> {
  if (field === 'user' && value === 'none') return { user: undefined, password: undefined };
  const typed = field === 'port' ? numberOf(value) : value;
  const changed = field === 'password' ? {} : { [field]: typed };
  const isLogin = field === 'password' || field === 'user' || field === 'host';
  const needsPassword = field === 'host' ? account.hasPassword : isLogin;
  if (!needsPassword) return changed;
  const password = yield* askSecret(passwordPrompt);
  return { ...changed, password: password === '' ? undefined : password };
}

function* remove(typed: string, context: CommandContext): Dialogue {
  const account = accountOf(typed, context);
  if (account === undefined) return 'done';
  if (!(yield* confirm(`Remove the mail account ${account.name}?`))) return 'done';
  change(context, { category, text: `mail account ${account.name} removed` }, () =>
    context.services.mailAccounts.remove(account.id),
  );
  return 'done';
}

function setDefault(typed: string, context: CommandContext): Verdict {
  const account = accountOf(typed, context);
  if (account === undefined) return 'done';
  change(context, { category, text: `mail account ${account.name} is the default now` }, () =>
    context.services.mailAccounts.setDefault(account.id),
  );
  return 'done';
}

/** The answer comes when the mail server has given it: the prompt does not wait. */
function test(to: string, typed: string | undefined, context: CommandContext): Verdict {
  const { mailAccounts } = context.services;
  const standard = mailAccounts.list().find(({ isDefault }) => isDefault);
  const account = typed === undefined ? standard : accountOf(typed, context);
  if (account === undefined) {
    if (typed === undefined) context.print('There is no mail account. "mail --help" shows more.');
    return 'done';
  }
  context.print(`Sending a test mail through ${account.name}. The result follows.`);
  void tellOfTest(account, to, context);
  return 'done';
}

async function tellOfTest(
  account: MailAccount,
  to: string,
  context: CommandContext,
): Promise<void> {
  const { mailAccounts, sessions } = context.services;
  try {
    const outcome = await mailAccounts.sendTest(account.id, to);
    const result = outcome.ok ? 'was taken by the server' : `failed: ${outcome.text}`;
    const text = `test mail through ${account.name} ${result}`;
    // Whoever asked may have gone, and somebody else be there.
    const isThere = sessions.of(context.user.id).some(({ id }) => id === context.sessionId);
    if (isThere) context.print(`Result: ${text}.`);
    note(context, { category, text, severity: outcome.ok ? 'info' : 'warning' });
  } catch (error) {
    tellFailure(error, context);
  }
}

function tellFailure(error: unknown, context: CommandContext): void {
  try {
    context.print(`Failed: ${operatingErrorText(error)}`);
  } catch (bug) {
    context.control.reportBug(bug);
  }
}

function showQueue(context: CommandContext): Verdict {
  const { outbox, settings } = context.services;
  const style = timeStyle(settings);
  const rows = outbox
    .waiting()
    .map(({ id, to, subject, queuedAtMs, tries, lastProblem }) => [
      String(id),
      localTimeText(queuedAtMs, style),
      to,
      subject,
      String(tries),
      lastProblem ?? '',
    ]);
  const heading = ['ID', 'SINCE', 'TO', 'SUBJECT', 'TRIES', 'LAST PROBLEM'];
  context.print(rows.length === 0 ? 'No mail waits.' : tableText([heading, ...rows]));
  return 'done';
}

/** Tells, too, where there is no such account. */
function accountOf(typed: string, context: CommandContext): MailAccount | undefined {
  const account = context.services.mailAccounts.list().find(({ id }) => String(id) === typed);
  if (account === undefined) context.print(`There is no mail account "${typed}".`);
  return account;
}

function numberOf(typed: string): number {
  return /^\d{1,5}$/.test(typed) ? Number(typed) : Number.NaN;
}
