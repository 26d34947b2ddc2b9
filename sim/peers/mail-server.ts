import type { MailEnvelope } from '#hal/mail';
import { UsageError } from '../kernel/invariant.ts';
import type { TraceValue } from '../kernel/trace.ts';
import type { World } from '../kernel/world.ts';
import type { MailContent, ReceivedMail } from './mailbox.ts';

/** How the server behaves. */
export type MailServerMode =
  | { readonly kind: 'up' }
  /** Nobody listens. */
  | { readonly kind: 'down' }
  /** Takes the connection and never says a word. */
  | { readonly kind: 'silent' }
  /** Its first word comes so much later. */
  | { readonly kind: 'slow'; readonly delayUs: number }
  /** Answers every login and every message with this reply. */
  | { readonly kind: 'reject'; readonly reply: string };

/** An account at the mail server. */
export interface MailAccount {
  readonly user: string;
  readonly password: string;
}

/** What a client meets that opens a connection. */
export type Greeting =
  | { readonly kind: 'closed' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'greets'; readonly afterUs: number };

/** Mode, account and mailbox at one instant. */
export interface MailServerState {
  readonly mode: MailServerMode;
  readonly account: MailAccount | undefined;
  readonly messages: readonly ReceivedMail[];
}

interface Present {
  readonly mode: MailServerMode;
  isFelt: boolean;
}

const loginNeeded = '530 5.7.0 Authentication required';
const loginWrong = '535 5.7.8 Authentication credentials invalid';

/** Whether a reply refuses (RFC 5321, section 4.2): a 4xx or 5xx code, then a text. */
export function isRefusal(reply: string): boolean {
  return /^[45]\d\d \S/.test(reply);
}

/**
 * The mail server of a world and its one mailbox, whoever a mail is for. It takes mail for all,
 * with any account or none, until told otherwise. The trace holds recipients, subjects and sizes;
 * never the text of a mail, which may be a code.
 */
export class MailServer {
  readonly host = 'mail.example';
  /** All alike; each takes TLS from the start, STARTTLS, and neither. */
  readonly ports: readonly number[] = [25, 465, 587, 2525];
  readonly #world: World;
  readonly #modeListeners = new Set<() => void>();
  #present: Present = { mode: { kind: 'up' }, isFelt: false };
  #account: MailAccount | undefined;
  #messages: readonly ReceivedMail[] = [];

  constructor(world: World) {
    this.#world = world;
  }

  get mode(): MailServerMode {
    return this.#present.mode;
  }

  /** The mails taken so far, oldest first. */
  get messages(): readonly ReceivedMail[] {
    return this.#messages;
  }

  /** Works again as it should. */
  up(): void {
    this.setMode({ kind: 'up' });
  }

  /** Nobody listens any more, as if the server were switched off. */
  down(): void {
    this.setMode({ kind: 'down' });
  }

  /** Takes connections and never says a word. */
  silent(): void {
    this.setMode({ kind: 'silent' });
  }

  /** Says its first word so much later. */
  slow(delayUs: number): void {
    this.setMode({ kind: 'slow', delayUs });
  }

  /** Answers every login and every message with `550 …` or whatever the reply is, 4xx or 5xx. */
  reject(reply: string): void {
    this.setMode({ kind: 'reject', reply });
  }

  /** The answer tells whether a client has felt this mode. */
  setMode(mode: MailServerMode): () => boolean {
    if (mode.kind === 'reject') checkedReply(mode.reply);
    this.#world.trace.stimulus('mail-server', 'mode', tracedMode(mode), () => ({ ...mode }));
    const present: Present = { mode, isFelt: false };
    this.#present = present;
    for (const listener of this.#modeListeners) listener();
    return () => present.isFelt;
  }

  /** Hears of each change of the mode; the answer stops it. */
  onMode(listener: () => void): () => void {
    this.#modeListeners.add(listener);
    return () => this.#modeListeners.delete(listener);
  }

  /** From now on mail is taken from this account only; from anybody again where there is none. */
  demandAccount(account: MailAccount | undefined): void {
    const fields = { demanded: account !== undefined };
    this.#world.trace.stimulus('mail-server', 'account', fields, () => ({ ...account }));
    this.#account = account;
  }

  /** A client opens a connection at this instant, or waits for a word on one. */
  greet(): Greeting {
    const { mode } = this.#present;
    if (mode.kind === 'up' || mode.kind === 'reject') return { kind: 'greets', afterUs: 0 };
    this.#present.isFelt = true;
    if (mode.kind === 'slow') return { kind: 'greets', afterUs: mode.delayUs };
    return { kind: mode.kind === 'down' ? 'closed' : 'silent' };
  }

  /** The reply that refuses a login; undefined where it is good. */
  refusalOfLogin(login: MailAccount): string | undefined {
    const refused = this.#refusalOfAll();
    if (refused !== undefined || this.#account === undefined) return refused;
    const { user, password } = this.#account;
    return login.user === user && login.password === password ? undefined : loginWrong;
  }

  /** The reply that refuses a message; undefined where it is taken. */
  refusalOfMessage({ isLoggedIn }: { readonly isLoggedIn: boolean }): string | undefined {
    const refused = this.#refusalOfAll();
    if (refused !== undefined) return refused;
    return this.#account === undefined || isLoggedIn ? undefined : loginNeeded;
  }

  /** Somebody else than a board of this world hands a message in, at this instant. */
  deliver(envelope: MailEnvelope, message: Uint8Array, content: MailContent): void {
    this.#world.trace.stimulus('mail-server', 'delivered', { bytes: message.length }, () => ({
      from: envelope.from,
      to: [...envelope.to],
      message: Buffer.from(message).toString('base64'),
    }));
    this.take(envelope, message, content);
  }

  /** Takes a message at this instant; its content has been read by then. */
  take(envelope: MailEnvelope, message: Uint8Array, content: MailContent): void {
    const number = this.#messages.length + 1;
    const receivedAtUs = this.#world.nowUs;
    this.#messages = [...this.#messages, { ...content, number, envelope, message, receivedAtUs }];
    this.#world.trace.output('mail-server', 'taken', {
      number,
      to: envelope.to,
      subject: content.subject,
      bytes: message.length,
    });
  }

  /** Mode, account and mailbox as plain data. */
  save(): MailServerState {
    return { mode: this.mode, account: this.#account, messages: this.#messages };
  }

  /** Puts them as they were. */
  restore({ mode, account, messages }: MailServerState): void {
    this.#present = { mode, isFelt: false };
    this.#account = account;
    this.#messages = messages;
  }

  #refusalOfAll(): string | undefined {
    if (this.mode.kind !== 'reject') return undefined;
    this.#present.isFelt = true;
    return this.mode.reply;
  }
}

/** A server may repeat the password that it refuses: of a reply only the code is told. */
function tracedMode(mode: MailServerMode): { readonly [field: string]: TraceValue } {
  if (mode.kind === 'slow') return { mode: mode.kind, delayUs: mode.delayUs };
  if (mode.kind === 'reject') return { mode: mode.kind, code: Number(mode.reply.slice(0, 3)) };
  return { mode: mode.kind };
}

function checkedReply(reply: string): void {
  if (isRefusal(reply)) return;
  throw new UsageError(`"${reply}" refuses nothing: write a 4xx or 5xx reply, as 550 5.7.1 no`);
}
