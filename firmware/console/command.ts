import type { Clock } from '#hal/clock';
import type { User } from '../accounts/accounts.ts';
import type { ApplianceControl } from '../appliance-control.ts';
import type { Beeper } from '../indicators/beeper.ts';
import type { StatusLamp } from '../indicators/status-lamp.ts';
import type { Severity } from '../log/event-log.ts';
import type { Services } from '../services.ts';
import type { Asker } from '../two-step/two-step.ts';
import type { Dialogue, Verdict } from './dialogue.ts';
import { serialAddress } from './session.ts';

/** What the console works with, from the moment services are up. */
export interface ConsoleDeps {
  readonly services: Services;
  readonly control: ApplianceControl;
  readonly lamp: StatusLamp;
  readonly beeper: Beeper;
  /** Puts the network settings into effect. */
  applyNetwork(): void;
}

/** What one run of a command may use. */
export interface CommandContext extends ConsoleDeps {
  readonly clock: Clock;
  /** Who is logged in, as the accounts say at this moment. */
  readonly user: User;
  /** Names the session that this runs in. */
  readonly sessionId: string;
  /** Prints whole lines; characters that steer a terminal are made harmless. */
  print(text: string): void;
  /** Prints lines as they are: for pictures that this firmware itself made. */
  draw(picture: readonly string[]): void;
}

/** A command of the shell. */
export interface Command {
  readonly name: string;
  readonly summary: string;
  /** One form of it a line, without the name; `''` is the bare command. */
  readonly usage: readonly string[];
  /** More for `--help`, where the forms do not explain themselves. */
  readonly details?: readonly string[];
  readonly isForAdministrators: boolean;
  /** Ends at once or asks questions. Refusals and errors are printed, never thrown. */
  run(words: readonly string[], context: CommandContext): Verdict | Dialogue;
}

/** The text of `NAME --help`. */
export function helpText(command: Command): string {
  const forms = command.usage.map((form, index) =>
    `${index === 0 ? 'Usage: ' : '       '}${command.name} ${form}`.trimEnd(),
  );
  const details = command.details === undefined ? [] : ['', ...command.details];
  return [`${command.name}: ${command.summary}`, ...forms, ...details].join('\n');
}

/** Tells that the words make no sense, and where help is. */
export function misused(context: CommandContext, command: string, problem: string): Verdict {
  context.print(`${command}: ${problem}. "${command} --help" shows how.`);
  return 'done';
}

/** Who asks, for services that write to the event log themselves. */
export function asker(context: CommandContext): Asker {
  return { user: context.user.name, address: serialAddress };
}

/** Writes to the event log what this user did, or tried to do, here. */
export function note(
  context: CommandContext,
  entry: { readonly category: string; readonly text: string; readonly severity?: Severity },
): void {
  const { category, text, severity = 'info' } = entry;
  const user = context.user.name;
  context.services.log.append({ severity, category, text, user, address: serialAddress });
}

/** Tells that something is not done, and logs that it was asked for. */
export function refuse(context: CommandContext, category: string, text: string): Verdict {
  note(context, { category, text: `refused: ${text}`, severity: 'warning' });
  context.print(`Refused: ${text}`);
  return 'done';
}

/** Has a service change something, and logs it in the same transaction; tells what came of it. */
export function change(
  context: CommandContext,
  entry: { readonly category: string; readonly text: string },
  request: () => { readonly ok: true } | { readonly ok: false; readonly text: string },
): boolean {
  const outcome = context.services.store.transaction(() => {
    const answer = request();
    if (answer.ok) note(context, entry);
    return answer;
  });
  if (outcome.ok) context.print(`Done: ${entry.text}.`);
  else refuse(context, entry.category, outcome.text);
  return outcome.ok;
}
