import * as v from 'valibot';
import type { Board } from '#hal/board';
import type { SmtpServer } from '#hal/mail';
import type { Row } from '../store/store.ts';
import { StoreError } from '../store/store-error.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { Vault } from '../two-step/vault.ts';
import { handIn, type HandInDeps, type WayOut } from './hand-in.ts';
import { mailAddress, normalAddress } from './mail-address.ts';
import { handInLimitMs } from './outbox.machine.ts';

/** An SMTP account as people see it: without its password. */
export interface MailAccount {
  readonly id: number;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly security: SmtpServer['security'];
  /** Address that mails come from. */
  readonly sender: string;
  readonly user: string | undefined;
  readonly hasPassword: boolean;
  /** Mails go through the default one. */
  readonly isDefault: boolean;
}

/** An account to be. */
export interface NewMailAccount {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly security: SmtpServer['security'];
  readonly sender: string;
  readonly user?: string | undefined;
  readonly password?: string | undefined;
}

/** Done, or why not: then nothing was changed. */
export type MailAccountOutcome =
  | { readonly ok: true; readonly id: number }
  | {
      readonly ok: false;
      readonly reason: 'account-invalid' | 'no-such-account';
      readonly text: string;
    };

/** What came of a test mail; `text` is a sentence for people. */
export type TestMailOutcome = { readonly ok: true } | { readonly ok: false; readonly text: string };

/**
 * The SMTP accounts; passwords lie sealed and are never shown. The first account becomes the
 * default. The face writes to the event log, in the transaction of the change.
 */
export interface MailAccounts {
  readonly isEmpty: boolean;
  list(): readonly MailAccount[];
  create(account: NewMailAccount): MailAccountOutcome;
  /**
   * What is not named stays; `password: undefined` given by name takes it away. A password is meant
   * for one server: another host needs it anew.
   */
  change(id: number, changes: Partial<NewMailAccount>): MailAccountOutcome;
  /** Where it was the default one, the oldest of the others becomes it. */
  remove(id: number): MailAccountOutcome;
  setDefault(id: number): MailAccountOutcome;
  /** Hands a test mail in through that account, at once and once, within a minute. */
  sendTest(id: number, to: string): Promise<TestMailOutcome>;
  /** What to hand mails in with: of that account, or of the default one. */
  wayOut(
    id?: number,
  ): { readonly ok: true; readonly value: WayOut } | { readonly ok: false; readonly text: string };
  /** Part of the advanced reset, inside its transaction. */
  removeAll(): void;
  /** Whether no test mail is under way. */
  readonly isIdle: boolean;
}

/** What the accounts work with. */
export interface MailAccountsDeps extends HandInDeps {
  readonly board: HandInDeps['board'] & Pick<Board, 'clock'>;
  readonly store: WatchedStore;
  readonly vault: Vault;
}

interface AccountRow extends Row {
  readonly id: number;
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly security: SmtpServer['security'];
  readonly sender: string;
  readonly user: string | null;
  readonly sealed_password: Uint8Array | null;
  readonly is_default: number;
}

const accountsMax = 16;

const line = (what: string, max: number) =>
  v.pipe(
    v.string(),
    v.trim(),
    v.minLength(1, `${what} is missing`),
    v.maxLength(max, `${what} is too long`),
    v.regex(/^[^\p{Cc}\p{Cf}\p{Cs}]*$/u, `${what} holds control characters`),
  );

const accountSchema = v.object({
  name: line('the name', 64),
  host: v.pipe(
    line('the server', 253),
    v.regex(/^[A-Za-z0-9.:_-]+$/, 'the server is no host name'),
  ),
  port: v.pipe(
    v.number('the port is no number'),
    v.integer('the port is no whole number'),
    v.minValue(1, 'the port is 1 to 65535'),
    v.maxValue(65_535, 'the port is 1 to 65535'),
  ),
  security: v.picklist(['none', 'starttls', 'tls'], 'the security is none, starttls or tls'),
  sender: mailAddress,
  user: v.optional(line('the user', 254)),
  password: v.optional(v.pipe(v.string(), v.maxLength(256, 'the password is too long'))),
});

const insertSql = `INSERT INTO mail_accounts
  (name, host, port, security, sender, user, sealed_password, is_default)
  VALUES (?, ?, ?, ?, ?, ?, ?, NOT EXISTS (SELECT 1 FROM mail_accounts))`;
const changeSql = `UPDATE mail_accounts SET name = ?, host = ?, port = ?, security = ?, sender = ?,
  user = ?, sealed_password = ? WHERE id = ?`;
const defaultToOldestSql = `UPDATE mail_accounts SET is_default = 1
  WHERE id = (SELECT MIN(id) FROM mail_accounts)`;

/** What passwords of accounts are sealed for. */
const vaultOwner = 'mail account';

/** The accounts of a store. */
export function createMailAccounts(deps: MailAccountsDeps): MailAccounts {
  const { store, vault } = deps;
  let testsUnderWay = 0;
  const find = (id: number): AccountRow | undefined =>
    store.row<AccountRow>('SELECT * FROM mail_accounts WHERE id = ?', id);
  const withAccount = (id: number, run: (row: AccountRow) => MailAccountOutcome) =>
    store.transaction(() => {
      const row = find(id);
      return row === undefined ? noSuchAccount(id) : run(row);
    });
  const wayOut: MailAccounts['wayOut'] = (id) => {
    const row =
      id === undefined
        ? store.row<AccountRow>('SELECT * FROM mail_accounts WHERE is_default = 1')
        : find(id);
    if (row !== undefined) return wayOutOf(row, vault);
    return { ok: false, text: `there is no ${id === undefined ? '' : 'such '}mail account` };
  };

  return {
    get isEmpty() {
      return store.row('SELECT 1 AS found FROM mail_accounts') === undefined;
    },
    get isIdle() {
      return testsUnderWay === 0;
    },
    list: () => store.rows<AccountRow>('SELECT * FROM mail_accounts ORDER BY id').map(accountOf),
    create: (account) => store.transaction(() => createAccount(deps, account)),
    change: (id, changes) => withAccount(id, (row) => changeAccount(deps, row, changes)),
    remove: (id) =>
      withAccount(id, (row) => {
        store.run('DELETE FROM mail_accounts WHERE id = ?', id);
        if (row.is_default === 1) store.run(defaultToOldestSql);
        return { ok: true, id };
      }),
    setDefault: (id) =>
      withAccount(id, () => {
        store.run('UPDATE mail_accounts SET is_default = (id = ?)', id);
        return { ok: true, id };
      }),
    wayOut,
    async sendTest(id, to) {
      testsUnderWay += 1;
      try {
        const account = wayOut(id);
        if (!account.ok) return account;
        const problem = await sendTest(deps, account.value, to);
        return problem === undefined ? { ok: true } : { ok: false, text: problem };
      } finally {
        testsUnderWay -= 1;
      }
    },
    removeAll: () => void store.run('DELETE FROM mail_accounts'),
  };
}

function createAccount(
  { store, vault }: MailAccountsDeps,
  account: NewMailAccount,
): MailAccountOutcome {
  const checked = v.safeParse(accountSchema, account);
  if (!checked.success) return invalid(checked.issues);
  const count = store.row<{ n: number }>('SELECT COUNT(*) AS n FROM mail_accounts')?.n ?? 0;
  if (count >= accountsMax) return refused(`There are ${accountsMax} mail accounts already.`);
  const { name, host, port, security, sender, user, password } = checked.output;
  const sealed = sealedPassword(vault, password);
  store.run(insertSql, name, host, port, security, sender, user ?? null, sealed);
  const id = store.row<{ id: number }>('SELECT MAX(id) AS id FROM mail_accounts')?.id;
  if (id === undefined) throw new StoreError('damaged', 'the mail accounts cannot be read');
  return { ok: true, id };
}

function changeAccount(
  { store, vault }: MailAccountsDeps,
  row: AccountRow,
  changes: Partial<NewMailAccount>,
): MailAccountOutcome {
  const checked = v.safeParse(accountSchema, { ...accountOf(row), ...changes });
  if (!checked.success) return invalid(checked.issues);
  const { name, host, port, security, sender, user, password } = checked.output;
  const isNewPassword = 'password' in changes;
  const isElsewhere = host.toLowerCase() !== row.host.toLowerCase();
  if (isElsewhere && row.sealed_password !== null && !isNewPassword) {
    return refused('Another server needs the password anew.');
  }
  // What cannot be opened on this board can be replaced all the same.
  const sealed = isNewPassword ? sealedPassword(vault, password) : row.sealed_password;
  store.run(changeSql, name, host, port, security, sender, user ?? null, sealed, row.id);
  return { ok: true, id: row.id };
}

function sealedPassword(vault: Vault, password: string | undefined): Uint8Array | null {
  return password === undefined ? null : vault.seal(vaultOwner, Buffer.from(password));
}

function wayOutOf(row: AccountRow, vault: Vault): ReturnType<MailAccounts['wayOut']> {
  const { host, port, security, sender, user, sealed_password: sealed } = row;
  try {
    const server = {
      host,
      port,
      security,
      ...(user !== null && { user }),
      ...(sealed !== null && { password: Buffer.from(vault.open(vaultOwner, sealed)).toString() }),
    };
    return { ok: true, value: { server, sender } };
  } catch (error) {
    if (!(error instanceof StoreError) || error.reason !== 'damaged') throw error;
    return { ok: false, text: error.message };
  }
}

async function sendTest(
  deps: MailAccountsDeps,
  account: WayOut,
  typed: string,
): Promise<string | undefined> {
  const { clock, identity } = deps.board;
  const to = normalAddress(typed);
  if (to === undefined) return 'that is no e-mail address';
  const abort = new AbortController();
  const timer = clock.setTimeout(() => abort.abort(), handInLimitMs);
  const subject = `Test mail of ${identity.model}`;
  const text = 'The mail account works: this is the test mail that was asked for.\n';
  try {
    return await handIn(deps, { to, subject, text }, { ...account, signal: abort.signal });
  } finally {
    clock.clearTimeout(timer);
  }
}

function accountOf(row: AccountRow): MailAccount {
  const { id, name, host, port, security, sender } = row;
  return {
    id,
    name,
    host,
    port,
    security,
    sender,
    user: row.user ?? undefined,
    hasPassword: row.sealed_password !== null,
    isDefault: row.is_default === 1,
  };
}

function invalid([issue]: readonly [v.BaseIssue<unknown>, ...unknown[]]): MailAccountOutcome {
  const [head = '', ...rest] = issue.message;
  return refused(`${head.toUpperCase()}${rest.join('')}.`);
}

function refused(text: string): MailAccountOutcome {
  return { ok: false, reason: 'account-invalid', text };
}

function noSuchAccount(id: number): MailAccountOutcome {
  return { ok: false, reason: 'no-such-account', text: `There is no mail account ${id}.` };
}
