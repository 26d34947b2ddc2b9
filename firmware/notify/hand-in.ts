import type { Board } from '#hal/board';
import { isHalError } from '#hal/errors';
import type { SmtpServer } from '#hal/mail';
import { isEndOfLife } from '../operating-error.ts';
import type { WallClock } from '../time/wall-clock.ts';
import type { OutgoingMail } from './outbox.ts';

/** What handing a mail in takes. */
export interface HandInDeps {
  readonly board: Pick<Board, 'mail' | 'random' | 'hostWork' | 'identity'>;
  readonly wallClock: Pick<WallClock, 'nowMs'>;
}

/** An account, opened: whom to hand mails to, and in whose name. */
export interface WayOut {
  readonly server: SmtpServer;
  readonly sender: string;
}

const idBytes = 16;

/**
 * Composes a mail and hands it in, once. Answers what went wrong, as the driver says; undefined
 * where the server has it. The composer is loaded with the first mail.
 */
export async function handIn(
  { board, wallClock }: HandInDeps,
  { to, subject, text }: Pick<OutgoingMail, 'to' | 'subject' | 'text'>,
  { server, sender: from, signal }: WayOut & { readonly signal: AbortSignal },
): Promise<string | undefined> {
  const id = Buffer.from(board.random.bytes(idBytes)).toString('hex');
  const messageId = `${id}@${board.identity.serialNumber.toLowerCase()}.nas.invalid`;
  const draft = { from, to, subject, text, dateMs: Math.floor(wallClock.nowMs()), messageId };
  const message = await board.hostWork.declare(
    import('./compose.ts').then(({ composeMail }) => composeMail(draft)),
  );
  try {
    await board.mail.send(server, { envelope: { from, to: [to] }, message }, { signal });
    return undefined;
  } catch (error) {
    if (!isHalError(error) || isEndOfLife(error)) throw error;
    return error.message;
  }
}
