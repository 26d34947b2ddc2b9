import { assign, setup } from 'xstate';

/** Waits of the console, ms by the board's clock. */
const consoleDelaysMs = {
  /** After a refused login or a wrong password, so that guessing is slow. */
  afterRefusal: 2_000,
} as const;

/** Where a session returns to when a command or a menu item is done. */
export type Home = 'menu' | 'shell';

/** What the console hears: settled lines from the editor, answers from the services. */
export type ConsoleEvent =
  | { readonly type: 'services.started'; readonly isResumed: boolean }
  | { readonly type: 'line.entered'; readonly text: string }
  | { readonly type: 'line.interrupted' }
  | { readonly type: 'line.ended' }
  | { readonly type: 'login.accepted'; readonly home: Home; readonly mustChangePassword: boolean }
  | { readonly type: 'login.refused' }
  | { readonly type: 'login.unavailable' }
  | { readonly type: 'password.changed' }
  | { readonly type: 'password.refused' }
  | { readonly type: 'quit.asked' }
  | { readonly type: 'dialogue.asked' }
  | { readonly type: 'dialogue.paused' }
  | { readonly type: 'dialogue.finished' }
  | { readonly type: 'session.loggedOut' }
  | { readonly type: 'session.idled'; readonly isMidSecret: boolean }
  | { readonly type: 'session.revoked'; readonly reason: string; readonly isMidSecret: boolean }
  | { readonly type: 'port.closed' };

/** What the chart has done; none may throw. */
export interface ConsoleEffects {
  askName(): void;
  expectName(): void;
  askPassword(): void;
  keepName(text: string): void;
  checkPassword(text: string): void;
  sayRefused(): void;
  dropCredentials(): void;
  tellDefaultPassword(): void;
  askNewPassword(): void;
  keepNewPassword(text: string): void;
  askRepetition(): void;
  changePassword(text: string): void;
  showMenu(): void;
  askChoice(): void;
  askQuit(): void;
  tellShell(): void;
  askCommand(): void;
  runChoice(text: string): void;
  runCommand(text: string): void;
  answerDialogue(text: string): void;
  continueDialogue(): void;
  abandonDialogue(): void;
  askAnswer(): void;
  askEnter(): void;
  logOut(): void;
  logOutIdle(): void;
  logOutRevoked(reason: string): void;
}

interface ConsoleInput {
  /** Asked at each effect: the console is there before the services that its effects need. */
  readonly effects: () => ConsoleEffects;
}

interface ConsoleContext extends ConsoleInput {
  readonly home: Home;
}

/**
 * One serial console: from the boot log through login to menu and shell. It hears of settled lines
 * only; bytes are the line editor's business. Decides only; nothing typed is kept in context.
 * Effects come with the input, not by `provide`: that would build the whole chart anew for every
 * board.
 *
 * `running` and `checking` last no time: their entry's effect sends what it came to.
 */
export const consoleMachine = setup({
  types: {} as { input: ConsoleInput; context: ConsoleContext; events: ConsoleEvent },
  actions: {
    askName: ({ context }) => context.effects().askName(),
    expectName: ({ context }) => context.effects().expectName(),
    askPassword: ({ context }) => context.effects().askPassword(),
    keepName: ({ context, event }) => context.effects().keepName(textOf(event)),
    checkPassword: ({ context, event }) => context.effects().checkPassword(textOf(event)),
    sayRefused: ({ context }) => context.effects().sayRefused(),
    dropCredentials: ({ context }) => context.effects().dropCredentials(),
    tellDefaultPassword: ({ context }) => context.effects().tellDefaultPassword(),
    askNewPassword: ({ context }) => context.effects().askNewPassword(),
    keepNewPassword: ({ context, event }) => context.effects().keepNewPassword(textOf(event)),
    askRepetition: ({ context }) => context.effects().askRepetition(),
    changePassword: ({ context, event }) => context.effects().changePassword(textOf(event)),
    showMenu: ({ context }) => context.effects().showMenu(),
    askChoice: ({ context }) => context.effects().askChoice(),
    askQuit: ({ context }) => context.effects().askQuit(),
    tellShell: ({ context }) => context.effects().tellShell(),
    askCommand: ({ context }) => context.effects().askCommand(),
    runChoice: ({ context, event }) => context.effects().runChoice(textOf(event)),
    runCommand: ({ context, event }) => context.effects().runCommand(textOf(event)),
    answerDialogue: ({ context, event }) => context.effects().answerDialogue(textOf(event)),
    continueDialogue: ({ context }) => context.effects().continueDialogue(),
    abandonDialogue: ({ context }) => context.effects().abandonDialogue(),
    askAnswer: ({ context }) => context.effects().askAnswer(),
    askEnter: ({ context }) => context.effects().askEnter(),
    logOut: ({ context }) => context.effects().logOut(),
    logOutIdle: ({ context }) => context.effects().logOutIdle(),
    logOutRevoked: ({ context, event }) =>
      context.effects().logOutRevoked('reason' in event ? event.reason : ''),
    keepHome: assign({
      home: ({ event, context }) => ('home' in event ? event.home : context.home),
    }),
    goToShell: assign({ home: 'shell' }),
  },
  guards: {
    isBlank: ({ event }) => 'text' in event && event.text.trim() === '',
    isYes: ({ event }) => 'text' in event && /^y(es)?$/i.test(event.text.trim()),
    isResumed: ({ event }) => 'isResumed' in event && event.isResumed,
    isMidSecret: ({ event }) => 'isMidSecret' in event && event.isMidSecret,
    mustChangePassword: ({ event }) => 'mustChangePassword' in event && event.mustChangePassword,
    isMenuHome: ({ context }) => context.home === 'menu',
    isMenuNext: ({ event }) => 'home' in event && event.home === 'menu',
  },
  delays: consoleDelaysMs,
}).createMachine({
  id: 'console',
  options: { maxIterations: 100 },
  context: ({ input }) => ({ ...input, home: 'shell' }),
  initial: 'booting',
  on: { 'port.closed': '.closed' },
  states: {
    booting: {
      on: {
        'services.started': [
          { guard: 'isResumed', target: '#console.login.waiting', actions: 'expectName' },
          { target: 'login' },
        ],
      },
    },
    login: {
      initial: 'asking',
      states: {
        // Asking is a state of its own so that a resumed console waits without asking again.
        asking: { entry: 'askName', always: 'waiting' },
        waiting: {},
      },
      on: {
        'line.entered': [
          { guard: 'isBlank', target: '.asking' },
          { target: 'password', actions: 'keepName' },
        ],
        'line.interrupted': '.asking',
        'line.ended': '.asking',
      },
    },
    password: {
      entry: 'askPassword',
      on: {
        'line.entered': { target: 'checking', actions: 'checkPassword' },
        'line.interrupted': { target: 'login', actions: 'dropCredentials' },
        'line.ended': { target: 'login', actions: 'dropCredentials' },
        'session.idled': [
          { guard: 'isMidSecret', target: 'ended', actions: 'dropCredentials' },
          { target: 'login', actions: 'dropCredentials' },
        ],
        'session.revoked': [
          { guard: 'isMidSecret', target: 'ended', actions: 'dropCredentials' },
          { target: 'login', actions: 'dropCredentials' },
        ],
      },
    },
    checking: {
      on: {
        'login.accepted': [
          {
            guard: 'mustChangePassword',
            target: 'session.newPassword',
            actions: ['keepHome', 'tellDefaultPassword'],
          },
          { guard: 'isMenuNext', target: 'session.menu', actions: 'keepHome' },
          { target: 'session.shell', actions: ['keepHome', 'tellShell'] },
        ],
        'login.refused': 'refused',
        'login.unavailable': 'login',
      },
    },
    refused: {
      after: { afterRefusal: { target: 'login', actions: 'sayRefused' } },
    },
    session: {
      initial: 'shell',
      exit: 'abandonDialogue',
      on: {
        'session.loggedOut': { target: 'login', actions: 'logOut' },
        'session.idled': [
          { guard: 'isMidSecret', target: 'ended', actions: 'logOutIdle' },
          { target: 'login', actions: 'logOutIdle' },
        ],
        'session.revoked': [
          { guard: 'isMidSecret', target: 'ended', actions: 'logOutRevoked' },
          { target: 'login', actions: 'logOutRevoked' },
        ],
      },
      states: {
        newPassword: {
          entry: 'askNewPassword',
          on: {
            'line.entered': { target: 'repeatPassword', actions: 'keepNewPassword' },
            'line.interrupted': { target: '#console.login', actions: 'logOut' },
            'line.ended': { target: '#console.login', actions: 'logOut' },
          },
        },
        repeatPassword: {
          entry: 'askRepetition',
          on: {
            'line.entered': { actions: 'changePassword' },
            'line.interrupted': { target: '#console.login', actions: 'logOut' },
            'line.ended': { target: '#console.login', actions: 'logOut' },
            'password.changed': [
              { guard: 'isMenuHome', target: 'menu' },
              { target: 'shell', actions: 'tellShell' },
            ],
            'password.refused': 'newPassword',
          },
        },
        menu: {
          entry: ['showMenu', 'askChoice'],
          on: {
            'line.entered': [
              { guard: 'isBlank', target: 'menu', reenter: true },
              { target: 'running', actions: 'runChoice' },
            ],
            'line.interrupted': { actions: 'askChoice' },
            'line.ended': { target: '#console.login', actions: 'logOut' },
          },
        },
        quitConfirm: {
          entry: 'askQuit',
          on: {
            'line.entered': [
              { guard: 'isYes', target: 'shell', actions: ['goToShell', 'tellShell'] },
              { target: 'menu' },
            ],
            'line.interrupted': 'menu',
            'line.ended': 'menu',
          },
        },
        shell: {
          entry: 'askCommand',
          on: {
            'line.entered': [
              { guard: 'isBlank', actions: 'askCommand' },
              { target: 'running', actions: 'runCommand' },
            ],
            'line.interrupted': { actions: 'askCommand' },
            'line.ended': { target: '#console.login', actions: 'logOut' },
          },
        },
        running: {
          on: {
            'dialogue.asked': 'prompt',
            'dialogue.paused': 'paused',
            'dialogue.finished': [{ guard: 'isMenuHome', target: 'menu' }, { target: 'shell' }],
            'quit.asked': 'quitConfirm',
          },
        },
        prompt: {
          entry: 'askAnswer',
          on: {
            'line.entered': { target: 'running', actions: 'answerDialogue' },
            'line.interrupted': { target: 'running', actions: 'abandonDialogue' },
            'line.ended': { target: 'running', actions: 'abandonDialogue' },
          },
        },
        paused: {
          after: { afterRefusal: { target: 'running', actions: 'continueDialogue' } },
        },
      },
    },
    // Somebody may be in the middle of typing a secret: what comes up to Enter is not a name.
    ended: {
      entry: 'askEnter',
      on: {
        'line.entered': 'login',
        'line.interrupted': 'login',
        'line.ended': 'login',
      },
    },
    closed: { type: 'final' },
  },
});

function textOf(event: ConsoleEvent): string {
  return 'text' in event ? event.text : '';
}
