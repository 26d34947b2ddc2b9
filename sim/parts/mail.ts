import { HalError, type HalErrorCode } from '#hal/errors';
import type { Mail, MailEnvelope, SmtpServer } from '#hal/mail';
import type { WorldEvent } from '../kernel/event-queue.ts';
import type { MailServer } from '../peers/mail-server.ts';
import { readMessage } from '../peers/mailbox.ts';
import type { Life } from './life.ts';
import type { BoardSite } from './site.ts';

/** One try to give a message to a server. */
export interface HandIn {
  readonly server: SmtpServer;
  readonly envelope: MailEnvelope;
  readonly message: Uint8Array;
}

/** Why a hand-in failed; its text holds no password. */
export interface HandInProblem {
  readonly code: HalErrorCode;
  readonly text: string;
}

/** Hands mail in over the host's network, in real time. */
export interface MailGateway {
  /** Whether a hand-in is its business; the others stay within the world. */
  takes(server: SmtpServer): boolean;
  /**
   * Begins a hand-in. Calls `done` once, as an act of the world; after `signal` that is not heard.
   */
  handIn(
    handIn: HandIn,
    options: {
      readonly signal: AbortSignal;
      readonly done: HandInDone;
    },
  ): void;
}

/** Hears that a hand-in is over, and why it failed where it did. */
export type HandInDone = (problem: HandInProblem | undefined) => void;

interface OpenCall {
  /** Lets go of everything; nobody is told. */
  drop(): void;
}

/**
 * The board's way to mail servers: within the world to those it reaches there, or by a gateway. A
 * hand-in takes some milliseconds of true time, by chance; the server has the message a moment
 * before the board hears of it.
 */
export class MailPart {
  readonly #site: BoardSite;
  readonly #isLinked: () => boolean;
  readonly #servers = new Map<string, MailServer>();
  readonly #calls = new Set<OpenCall>();
  /** What is to be told to calls that are under way outside, oldest first. */
  readonly #outside: HandInDone[] = [];
  #gateway: MailGateway | undefined;

  constructor(site: BoardSite, isLinked: () => boolean) {
    this.#site = site;
    this.#isLinked = isLinked;
  }

  /** From now on there is this server in the board's world. */
  reach(server: MailServer): void {
    this.#servers.set(server.host, server);
  }

  /** Calls from now on that the gateway takes go over the host's network. */
  setGateway(gateway: MailGateway | undefined): void {
    this.#gateway = gateway;
  }

  /** Whether a hand-in is under way. */
  get isBusy(): boolean {
    return this.#calls.size > 0;
  }

  /**
   * What a gateway was told outside: the answer to the call that stands at `place` among those that
   * are under way there. A gateway says it through its `done`.
   */
  answer(place: number, problem: HandInProblem | undefined): void {
    this.#outside[place]?.(problem);
  }

  /** The firmware's face for one life; what is under way ends with it, unheard. */
  connect(life: Life): Mail {
    life.onEnd(() => {
      for (const call of this.#calls) call.drop();
    });
    return {
      send: (server, { envelope, message }, { signal }) =>
        this.#send(life, { server, envelope, message: message.slice() }, signal),
    };
  }

  #send(life: Life, handIn: HandIn, signal: AbortSignal): Promise<void> {
    const gaveUp: HandInProblem = { code: 'timed-out', text: 'the call was given up' };
    if (!life.isAlive) return Promise.reject(new HalError('closed', 'mail', 'the board is off'));
    if (signal.aborted) return Promise.reject(errorOf(gaveUp));
    const { server, envelope, message } = handIn;
    const at = `${server.host}:${server.port}`;
    this.#site.output('mail', 'send', { server: at, to: envelope.to, bytes: message.length });
    return new Promise((resolve, reject) => {
      const host = new AbortController();
      const events: WorldEvent[] = [];
      const call: OpenCall = {
        drop: () => {
          this.#calls.delete(call);
          signal.removeEventListener('abort', abort);
          for (const event of events) life.world.cancel(event);
          if (this.#outside.includes(told)) this.#outside.splice(this.#outside.indexOf(told), 1);
          host.abort();
        },
      };
      const done = (problem: HandInProblem | undefined): void => {
        // A hung CPU hears of nothing, and who has given up neither.
        if (!this.#calls.has(call) || !life.isListening) return;
        call.drop();
        if (problem === undefined) {
          this.#site.output('mail', 'sent', { to: envelope.to });
          resolve();
        } else {
          const { code, text } = problem;
          this.#site.output('mail', 'failed', { to: envelope.to, code, text });
          reject(errorOf(problem));
        }
      };
      /** By a gateway, or whoever repeats what one said. */
      const told: HandInDone = (problem) => {
        if (!this.#calls.has(call) || !life.isListening) return;
        const place = this.#outside.indexOf(told);
        this.#site.stimulus('mail', 'answered', { place, ...problem });
        done(problem);
      };
      const abort = (): void => done(gaveUp);
      signal.addEventListener('abort', abort);
      this.#calls.add(call);
      const gateway = this.#isLinked() ? this.#gateway : undefined;
      const isOutside = gateway?.takes(server) === true;
      // Whoever does all this again has to know which way it went.
      if (gateway !== undefined) this.#site.stimulus('mail', 'way', { isOutside, by: 'host' });
      if (isOutside) {
        this.#outside.push(told);
        gateway.handIn(handIn, { signal: host.signal, done: told });
      } else {
        const after = (delayUs: number, run: () => void): void => {
          events.push(life.world.after(delayUs, `${life.boardName}: mail`, run));
        };
        this.#talk(handIn, { after, done });
      }
    });
  }

  /** The conversation within the world: the way there, the dialogue, the way back. */
  #talk(
    { server, envelope, message }: HandIn,
    { after, done }: Pick<OpenTalk, 'after' | 'done'>,
  ): void {
    const chance = this.#site.random('mail');
    const wayUs = chance.integer(1_000, 5_000);
    const dialogueUs = chance.integer(8_000, 20_000);
    const backUs = chance.integer(1_000, 5_000);
    const answer = (problem?: HandInProblem): void => after(backUs, () => done(problem));
    after(wayUs, () => {
      const peer = this.#peerOf(server);
      if ('code' in peer) return done(peer);
      const greeting = peer.greet();
      if (greeting.kind === 'closed') return done(unreachable(`${server.host} refuses to connect`));
      if (greeting.kind === 'silent') return undefined;
      return after(greeting.afterUs + dialogueUs, () => {
        const { kind } = peer.greet();
        if (kind === 'closed') return done(unreachable(`the connection to ${peer.host} was lost`));
        // What is sent into a wire that is out comes to nothing, and nobody says so.
        if (kind === 'silent' || !this.#isLinked()) return undefined;
        const reply = refusalBy(peer, server);
        if (reply !== undefined) return answer(refusedWith(reply, server));
        const { world } = this.#site;
        void world
          .declareWork(readMessage(message))
          .then((content) => peer.take(envelope, message, content));
        return answer();
      });
    });
  }

  #peerOf({ host, port }: SmtpServer): MailServer | HandInProblem {
    if (!this.#isLinked()) return unreachable('no network adapter has a link');
    const peer = this.#servers.get(host.toLowerCase());
    if (peer === undefined) return unreachable(`no mail server «${host}» in this world`);
    if (!peer.ports.includes(port))
      return unreachable(`${host} refuses to connect at port ${port}`);
    return peer;
  }
}

interface OpenTalk {
  /** Has something happen so much later, unless the call is over by then. */
  readonly after: (delayUs: number, run: () => void) => void;
  readonly done: (problem: HandInProblem | undefined) => void;
}

/** The server cannot be reached. */
export function unreachable(text: string): HandInProblem {
  return { code: 'unreachable', text };
}

/** A server's refusal, without the password that it may have repeated. */
export function refusedWith(reply: string, server: SmtpServer): HandInProblem {
  return { code: 'refused', text: withoutPassword(reply, server) };
}

/** The text without the password of the account, in any form in which SMTP carries it. */
export function withoutPassword(text: string, { user = '', password }: SmtpServer): string {
  if (password === undefined || password === '') return text;
  const plain = `\0${user}\0${password}`;
  const coded = [plain, password].map((each) => Buffer.from(each).toString('base64'));
  let clean = text;
  for (const form of [...coded, password]) clean = clean.replaceAll(form, '…');
  return clean;
}

/** The dialogue as far as the server's will goes: a login where there is an account, a message. */
function refusalBy(peer: MailServer, { user, password = '' }: SmtpServer): string | undefined {
  if (user === undefined) return peer.refusalOfMessage({ isLoggedIn: false });
  return peer.refusalOfLogin({ user, password }) ?? peer.refusalOfMessage({ isLoggedIn: true });
}

function errorOf({ code, text }: HandInProblem): HalError {
  return new HalError(code, 'mail', text);
}
