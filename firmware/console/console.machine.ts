import { assign, setup } from 'xstate';
import type { ConsoleEffects, ConsoleEvent, Home } from './console-events.ts';

/** Waits of the console, ms by the board's clock. */
const consoleDelaysMs = {
  /** After a refused login or a wrong password, so that guessing is slow. */
  afterRefusal: 2_000,
} as const;

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
 * `running`, `checking` and `choosing` last no time: what they wait for is done as soon as the
 * chart has come to rest, and sends what it came to.
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
    askSecurityCode: ({ context }) => context.effects().askSecurityCode(),
    checkSecurityCode: ({ context, event }) => context.effects().checkSecurityCode(textOf(event)),
    askAnotherWay: ({ context }) => context.effects().askAnotherWay(),
    chooseAnotherWay: ({ context, event }) => context.effects().chooseAnotherWay(textOf(event)),
    askSecurityAnswer: ({ context }) => context.effects().askSecurityAnswer(),
    checkSecurityAnswer: ({ context, event }) =>
      context.effects().checkSecurityAnswer(textOf(event)),
    askEmailCode: ({ context }) => context.effects().askEmailCode(),
    checkEmailCode: ({ context, event }) => context.effects().checkEmailCode(textOf(event)),
    askRecoveryCode: ({ context }) => context.effects().askRecoveryCode(),
    checkRecoveryCode: ({ context, event }) => context.effects().checkRecoveryCode(textOf(event)),
    askTime: ({ context }) => context.effects().askTime(),
    setTime: ({ context, event }) => context.effects().setTime(textOf(event)),
    setUpTwoStep: ({ context }) => context.effects().setUpTwoStep(),
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
    isSetUpHome: ({ context }) => context.home === 'set-up-2sv',
    isSetUpNext: ({ event }) => 'home' in event && event.home === 'set-up-2sv',
    isCodeUseful: ({ event }) => 'isCodeUseful' in event && event.isCodeUseful,
    isCode: ({ event }) => 'isCode' in event && event.isCode,
    isQuestion: ({ event }) => 'way' in event && event.way === 'question',
    isEmail: ({ event }) => 'way' in event && event.way === 'email',
    isRecoveryCode: ({ event }) => 'way' in event && event.way === 'recovery-code',
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
          {
            guard: 'isSetUpNext',
            target: 'session.running',
            actions: ['keepHome', 'setUpTwoStep'],
          },
          { guard: 'isMenuNext', target: 'session.menu', actions: 'keepHome' },
          { target: 'session.shell', actions: ['keepHome', 'tellShell'] },
        ],
        'login.refused': 'refused',
        'login.unavailable': 'login',
        'secondStep.asked': [
          { guard: 'isCodeUseful', target: 'secondStep.securityCode' },
          { target: 'secondStep.anotherWay' },
        ],
        'proof.refused': [
          { guard: 'isCode', target: 'secondStep.securityCode' },
          { target: 'secondStep.anotherWay' },
        ],
      },
    },
    // The password was right; nothing is open to whoever typed it before the second step is.
    secondStep: {
      initial: 'securityCode',
      on: {
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
      states: {
        securityCode: {
          entry: 'askSecurityCode',
          on: {
            'line.entered': [
              { guard: 'isBlank', target: 'anotherWay' },
              { target: '#console.checking', actions: 'checkSecurityCode' },
            ],
          },
        },
        anotherWay: {
          entry: 'askAnotherWay',
          on: { 'line.entered': { target: 'choosing', actions: 'chooseAnotherWay' } },
        },
        choosing: {
          on: {
            'way.chosen': [
              { guard: 'isQuestion', target: 'securityAnswer' },
              { guard: 'isEmail', target: 'emailCode' },
              { guard: 'isRecoveryCode', target: 'recoveryCode' },
              { target: 'clock' },
            ],
            'way.declined': [
              { guard: 'isCodeUseful', target: 'securityCode' },
              { target: '#console.login', actions: 'dropCredentials' },
            ],
            'way.refused': 'anotherWay',
            'login.unavailable': '#console.login',
          },
        },
        securityAnswer: {
          entry: 'askSecurityAnswer',
          on: {
            'line.entered': [
              { guard: 'isBlank', target: 'anotherWay' },
              { target: '#console.checking', actions: 'checkSecurityAnswer' },
            ],
          },
        },
        emailCode: {
          entry: 'askEmailCode',
          on: {
            'line.entered': [
              { guard: 'isBlank', target: 'anotherWay' },
              { target: '#console.checking', actions: 'checkEmailCode' },
            ],
          },
        },
        recoveryCode: {
          entry: 'askRecoveryCode',
          on: {
            'line.entered': [
              { guard: 'isBlank', target: 'anotherWay' },
              { target: '#console.checking', actions: 'checkRecoveryCode' },
            ],
          },
        },
        clock: {
          entry: 'askTime',
          on: {
            'line.entered': [
              { guard: 'isBlank', target: 'anotherWay' },
              { target: '#console.checking', actions: 'setTime' },
            ],
          },
        },
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
              { guard: 'isSetUpNext', target: 'running', actions: ['keepHome', 'setUpTwoStep'] },
              { guard: 'isMenuNext', target: 'menu', actions: 'keepHome' },
              { target: 'shell', actions: ['keepHome', 'tellShell'] },
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
            'dialogue.finished': [
              { guard: 'isSetUpHome', target: '#console.login', actions: 'logOut' },
              { guard: 'isMenuHome', target: 'menu' },
              { target: 'shell' },
            ],
            'quit.asked': { guard: 'isMenuHome', target: 'quitConfirm' },
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
