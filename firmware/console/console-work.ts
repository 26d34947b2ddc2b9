import type { Clock } from '#hal/clock';
import type { User } from '../accounts/accounts.ts';
import type { CommandContext, ConsoleDeps } from './command.ts';
import { runCommandLine } from './commands/index.ts';
import type { ConsoleEvent } from './console-events.ts';
import { DialogueRunner, type Progress } from './dialogue-runner.ts';
import type { Dialogue, Verdict } from './dialogue.ts';
import { enrol } from './enrolment.ts';
import type { LineMode } from './line-editor.ts';
import { menuText, runMenuChoice } from './menu.ts';
import { newTimePrompt } from './nas-clock.ts';
import { operatingErrorText } from './operating-error.ts';
import { acceptedEvent, SecondStepTalk } from './second-step.ts';
import { Session, type PasswordOutcome } from './session.ts';
import type { Terminal } from './terminal.ts';

const open: LineMode = { isSecret: false, hasHistory: false };
const secret: LineMode = { isSecret: true, hasHistory: false };
const recalled: LineMode = { isSecret: false, hasHistory: true };

/** Where the setting cannot be read, a session still ends some time. */
const idleMinutesOtherwise = 10;

const touchEveryMs = 1000;

const progressEvents: Readonly<Record<Progress, ConsoleEvent>> = {
  asked: { type: 'dialogue.asked' },
  paused: { type: 'dialogue.paused' },
  done: { type: 'dialogue.finished' },
  'log-out': { type: 'session.loggedOut' },
};

/** What the console works with. */
export interface ConsoleWorkOptions extends ConsoleDeps {
  readonly terminal: Terminal;
  readonly clock: Clock;
  /** Used where the settings name none. */
  readonly hostName: string;
  /** Tells the chart what something came to. */
  readonly send: (event: ConsoleEvent) => void;
  /** Does something once the chart has come to rest. */
  readonly afterwards: (task: () => void) => void;
}

/** The effects of the console chart: prompts on the terminal, calls of the services. */
export class ConsoleWork {
  readonly #options: ConsoleWorkOptions;
  readonly #session: Session;
  readonly #secondStep: SecondStepTalk;
  readonly #runner = new DialogueRunner();
  #touchedMs = 0;

  constructor(options: ConsoleWorkOptions) {
    this.#options = options;
    this.#session = new Session(options, (problem) =>
      this.#print(`The event log could not be written: ${problem}`),
    );
    const print = (text: string): void => this.#print(text);
    this.#secondStep = new SecondStepTalk(options.services, this.#session, print);
  }

  /** Whose session this is or is about to be; empty where it is nobody's. */
  get userName(): string {
    return this.#session.name;
  }

  /** After this long without a byte the session ends. */
  get idleLimitMs(): number {
    const minutes = this.#attempt(
      () => this.#options.services.settings.get('console.idleMinutes'),
      () => idleMinutesOtherwise,
    );
    return minutes * 60_000;
  }

  /** The session is in use. Told once a second at most: bytes come in floods. */
  touch(): void {
    const nowMs = this.#options.clock.now();
    if (nowMs - this.#touchedMs < touchEveryMs) return;
    this.#touchedMs = nowMs;
    this.#attempt(
      () => this.#session.user,
      () => undefined,
    );
  }

  askName(): void {
    this.#ask(`${this.#hostName} login: `, open);
  }

  /** As `askName`, where the prompt stands already. */
  expectName(): void {
    this.#options.terminal.expect(`${this.#hostName} login: `, open);
  }

  keepName(typed: string): void {
    this.#session.keepName(typed);
  }

  askPassword(): void {
    this.#ask('Password: ', secret);
  }

  checkPassword(typed: string): void {
    this.#logIn(() => {
      const outcome = this.#session.logIn(typed);
      if (outcome.kind === 'accepted') return acceptedEvent(outcome);
      if (outcome.kind === 'second-step') return this.#secondStep.begin();
      if (outcome.kind === 'refused') return { type: 'login.refused' };
      this.#print(outcome.text);
      return { type: 'login.unavailable' };
    });
  }

  sayRefused(): void {
    this.#print('Login incorrect');
  }

  dropCredentials(): void {
    this.#options.terminal.abandonLine();
    this.#session.forget();
  }

  askSecurityCode(): void {
    this.#ask('Security code: ', secret);
  }

  checkSecurityCode(typed: string): void {
    this.#logIn(() => this.#secondStep.verify({ kind: 'code', code: typed.trim() }));
  }

  askAnotherWay(): void {
    const prompt = this.#attempt(
      () => this.#secondStep.waysPrompt,
      () => 'Verify another way: Enter to go back ',
    );
    this.#ask(prompt, open);
  }

  chooseAnotherWay(typed: string): void {
    this.#logIn(() => this.#secondStep.choose(typed));
  }

  askSecurityAnswer(): void {
    this.#print(
      this.#attempt(
        () => this.#secondStep.question,
        (text) => text,
      ),
    );
    this.#ask('Answer: ', secret);
  }

  checkSecurityAnswer(typed: string): void {
    this.#logIn(() => this.#secondStep.verify({ kind: 'answer', answer: typed }));
  }

  askEmailCode(): void {
    this.#ask('Code from the mail: ', secret);
  }

  checkEmailCode(typed: string): void {
    this.#logIn(() => this.#secondStep.verify({ kind: 'email-code', code: typed.trim() }));
  }

  askRecoveryCode(): void {
    this.#ask('Recovery code: ', secret);
  }

  checkRecoveryCode(typed: string): void {
    this.#logIn(() => this.#secondStep.verify({ kind: 'recovery-code', code: typed.trim() }));
  }

  askTime(): void {
    this.#ask(newTimePrompt, open);
  }

  setTime(typed: string): void {
    this.#logIn(() => this.#secondStep.setTime(typed));
  }

  setUpTwoStep(): void {
    this.#begin((context) => {
      context.print('2-step verification must be set up before anything else.');
      return enrol(context);
    });
  }

  tellDefaultPassword(): void {
    this.#print('Security: this is the password on the label. Choose your own now.');
  }

  askNewPassword(): void {
    this.#ask('New password: ', secret);
  }

  keepNewPassword(typed: string): void {
    this.#session.keepNewPassword(typed);
  }

  askRepetition(): void {
    this.#ask('Repeat the new password: ', secret);
  }

  changePassword(repetition: string): void {
    const outcome = this.#attempt<PasswordOutcome>(
      () => this.#session.changePassword(repetition),
      (text) => ({ ok: false, text }),
    );
    this.#print(outcome.ok ? 'Password changed.' : outcome.text);
    if (outcome.ok) this.#options.send({ type: 'password.changed', home: outcome.home });
    else this.#options.send({ type: 'password.refused' });
  }

  showMenu(): void {
    this.#print(menuText(this.#hostName));
  }

  askChoice(): void {
    this.#ask('>> ', open);
  }

  askQuit(): void {
    this.#ask('Quit to the shell? (Y/N) ', open);
  }

  tellShell(): void {
    this.#print('Type "help" for the commands, "logout" to end.');
  }

  askCommand(): void {
    const isAdministrator = this.#attempt(
      () => this.#session.user?.isAdministrator === true,
      () => false,
    );
    const sign = isAdministrator ? '#' : '$';
    this.#ask(`${this.#session.name}@${this.#hostName}${sign} `, recalled);
  }

  runChoice(typed: string): void {
    if (/^q$/i.test(typed.trim())) this.#options.send({ type: 'quit.asked' });
    else this.#begin((context) => runMenuChoice(typed.trim(), context));
  }

  runCommand(line: string): void {
    this.#begin((context) => runCommandLine(line, context));
  }

  askAnswer(): void {
    const { question } = this.#runner;
    if (question?.kind !== 'ask') throw new Error('a command asks without a question');
    this.#ask(question.prompt, question.isSecret ? secret : open);
  }

  answerDialogue(line: string): void {
    if (this.#goodUser() !== undefined) this.#step(() => this.#runner.answer(line));
  }

  continueDialogue(): void {
    this.#step(() => this.#runner.answer(''));
  }

  abandonDialogue(): void {
    this.#runner.abandon();
    this.#options.send({ type: 'dialogue.finished' });
  }

  askEnter(): void {
    this.#ask('Password entry ended. Press Enter to log in: ', secret);
  }

  logOut(): void {
    this.#endSession('logged out');
  }

  logOutIdle(): void {
    this.#options.terminal.abandonLine();
    this.#print('Logged out: nothing was typed for too long.');
    this.#endSession('logged out: idle');
  }

  logOutRevoked(reason: string): void {
    this.#options.terminal.abandonLine();
    this.#print(`Session ended: ${reason}.`);
    this.#endSession(`session ended: ${reason}`);
  }

  get #hostName(): string {
    const { services, hostName } = this.#options;
    return this.#attempt(
      () => services.settings.get('network.hostName') || hostName,
      () => hostName,
    );
  }

  #ask(prompt: string, mode: LineMode): void {
    this.#options.terminal.ask(prompt, mode);
  }

  #print(text: string): void {
    this.#options.terminal.print(text);
  }

  /** Starts a command or menu item as the present user, if that may still do anything. */
  #begin(run: (context: CommandContext) => Verdict | Dialogue): void {
    const user = this.#goodUser();
    if (user === undefined) return;
    const { terminal } = this.#options;
    const context: CommandContext = {
      ...this.#options,
      user,
      sessionId: this.#session.id,
      print: (text) => this.#print(text),
      draw: (picture) => terminal.draw(picture),
    };
    this.#step(() => this.#runner.begin(() => run(context)));
  }

  /** The present user. Where the session is no longer good it ends now, and there is none. */
  #goodUser(): User | undefined {
    const user = this.#attempt(
      () => this.#session.user,
      () => undefined,
    );
    if (user === undefined) {
      const reason = 'it was ended, or the account was changed';
      this.#options.send({ type: 'session.revoked', reason, isMidSecret: false });
    }
    return user;
  }

  /** One step of a login. Nobody gets in while a part fails. */
  #logIn(step: () => ConsoleEvent): void {
    this.#options.afterwards(() => {
      const event = this.#attempt<ConsoleEvent>(step, (text) => {
        this.#session.forget();
        this.#print(text);
        return { type: 'login.unavailable' };
      });
      this.#options.send(event);
    });
  }

  /** An operating error ends the command. A bug ends it too, and then the appliance. */
  #step(advance: () => Progress): void {
    this.#options.afterwards(() => this.#stepNow(advance));
  }

  #stepNow(advance: () => Progress): void {
    const { control, send } = this.#options;
    let progress: Progress = 'done';
    try {
      progress = this.#attempt(advance, (text) => {
        this.#print(`Failed: ${text}`);
        return 'done';
      });
    } catch (error) {
      this.#print('Failed: this is a defect of the firmware.');
      control.reportBug(error);
    }
    send(progressEvents[progress]);
  }

  #endSession(text: string): void {
    this.#session.note('info', text);
    this.#session.forget();
    this.#options.terminal.forget();
  }

  /** Calls services, which may fail in operation. */
  #attempt<T>(call: () => T, otherwise: (text: string) => T): T {
    try {
      return call();
    } catch (error) {
      return otherwise(operatingErrorText(error));
    }
  }
}
