import type { FailureName } from './api/client.ts';
import type { Method } from './api/answers.ts';

/** What went wrong, as far as a text about it needs to know. */
interface Failed {
  readonly failure: FailureName;
  readonly detail: string | undefined;
  readonly triesLeft: number | undefined;
}

const onceMore = (triesLeft: number | undefined): string => {
  if (triesLeft === undefined) return '';
  if (triesLeft === 0) return ' That was the last try of this sign-in: begin again.';
  return triesLeft === 1 ? ' One try is left.' : ` ${triesLeft} tries are left.`;
};

/** Each says what happened and what to do about it. */
const problems: Readonly<Record<FailureName, string>> = {
  unreachable: 'The NAS does not answer. Check that it is on and connected, then try again.',
  malformed: 'The NAS could not read the request. Reload this page and try again.',
  'not-signed-in': 'Your session is over. Sign in again.',
  'wrong-credentials':
    'The user name or the password is wrong. Check both (and Caps Lock), or ask an administrator for a new password.',
  'wrong-proof': 'That was not right. Check it and try again.',
  'cross-site': 'The request came from another site. Open this page by the address of the NAS.',
  'csrf-token': 'This page is out of date. Reload it and try again.',
  'session-limited': 'Something else must be done first. Reload this page to see what.',
  'not-administrator': 'Only administrators may do that. Ask one of them.',
  'address-not-allowed':
    'The NAS does not let this device connect. Ask an administrator to allow its address under Security.',
  'second-step-blocked':
    '2-step verification of this account is blocked after 100 wrong codes. Ask an administrator to unblock it. The only administrator holds RESET on the case for 3 seconds.',
  'alternative-blocked':
    'Security question and e-mail are blocked after five wrong tries. Use a code of your authenticator or a recovery code, or ask an administrator.',
  'not-found': 'It is no longer there. Reload this page to see what is.',
  'login-expired': 'This sign-in took too long or was ended. Begin again with name and password.',
  'built-in': 'It belongs to the NAS and stays as it is.',
  'clock-unset':
    'The NAS has lost the time, so it cannot check codes. Use another way, or ask an administrator to set its clock.',
  'email-off': 'Codes by e-mail are switched off on this NAS. Choose another way.',
  'enrolment-expired': 'The set-up took too long and its key was dropped. Begin again.',
  'last-administrator': 'One enabled administrator must remain. Make another one first.',
  'method-not-offered': 'That way is not set up for you. Choose another one.',
  'name-taken': 'That name is taken. Choose another one.',
  'no-mail':
    'This NAS cannot send mail yet. An administrator sets it up under Control Panel > Notification Center > Service Account and Device Pairing > Email. Choose another way until then.',
  'own-account': 'This is for the accounts of others. For your own use Options.',
  'questions-off': 'Security questions are switched off on this NAS. Choose another way.',
  'two-step-enforced':
    'An administrator requires 2-step verification for you, so it stays on. Ask an administrator.',
  'two-step-not-enabled': '2-step verification is not on. Reload this page.',
  'too-large': 'That is too long. Shorten it and try again.',
  'content-type': 'The NAS could not read the request. Reload this page and try again.',
  'answer-invalid':
    'Choose an answer of 2 to 64 characters that is neither your name nor your password.',
  'code-used': 'This code was used already. Wait for the next one on your phone.',
  'code-wrong':
    'The code is wrong. Type the code shown now, and compare the time of your phone with the clock of the NAS.',
  'email-invalid': 'That is no e-mail address. Write it like name@example.org.',
  invalid: 'Something typed here is too long or has a wrong form. Check it and try again.',
  'mail-account-invalid': 'That mail account cannot be used. Check its settings.',
  'name-invalid': 'That name is too long or has characters that names must not have.',
  'password-refused': 'Choose another password.',
  'password-wrong': 'The password is wrong. Type the one you sign in with.',
  'question-invalid': 'Write a question of 1 to 128 characters.',
  'time-invalid': 'That time cannot be set. Check it.',
  'too-many-requests': 'Too many requests from this device. Wait a moment.',
  'too-many-tries': 'Too many failed tries. Wait until the time below is over, then try again.',
  internal: 'The NAS failed. Try again; if it stays, look at its console or restart it.',
  'not-ready': 'The NAS is starting or resetting. Try again in a few seconds.',
  unavailable: 'A part of the NAS does not work at present. Look at its console and its log.',
};

/** All that the pages say, in English. */
export const en = {
  problem({ failure, detail, triesLeft }: Failed): string {
    const known = problems[failure] ?? problems.internal;
    if (detail !== undefined) return `${sentence(detail)} ${known}`;
    return known + onceMore(triesLeft);
  },

  waits: {
    left(seconds: number): string {
      const minutes = Math.floor(seconds / 60);
      return minutes === 0 ? `Wait ${seconds} s.` : `Wait ${minutes} min ${seconds % 60} s.`;
    },
  },

  theme: {
    auto: 'Theme: as on this device. Switch to light',
    light: 'Theme: light. Switch to dark',
    dark: 'Theme: dark. Switch to the one of this device',
  },

  confirm: { no: 'Cancel' },

  fields: {
    show: (label: string) => `Show: ${label}`,
    digits: (count: number) => `${count} digits`,
  },

  clock: {
    title: 'NAS clock',
    deviceAhead: (by: string) =>
      `The clock of this device is ${by} ahead of the NAS. Codes follow the NAS.`,
    deviceBehind: (by: string) =>
      `The clock of this device is ${by} behind the NAS. Codes follow the NAS.`,
    trust: {
      unset: () => 'The NAS has lost the time: codes cannot be checked.',
      rtc: () => 'From its battery-backed clock; not compared with time servers since the start.',
      manual: () => 'Set by hand; not compared with time servers.',
      synchronised: (since?: string) =>
        since === undefined
          ? 'Agrees with time servers.'
          : `Agrees with time servers, last ${since} ago.`,
      holdover: (since?: string) =>
        since === undefined
          ? 'Time servers do not answer; the clock goes on by itself.'
          : `Time servers have not answered for ${since}; the clock goes on by itself.`,
    },
  },

  app: {
    loading: 'Connecting to the NAS',
    failed: 'No connection yet',
    tryAgain: 'Try again',
  },

  signIn: {
    title: 'Sign in',
    user: 'User name',
    password: 'Password',
    submit: 'Sign in',
    reasons: {
      'signed-out': 'You are signed out.',
      'session-lost': 'Your session is over. Sign in again.',
      'password-changed':
        'Your password is changed, and you are signed out everywhere. Sign in with the new one.',
      'two-step-on':
        '2-step verification is on, and you are signed out everywhere. Sign in with password and code.',
      'two-step-off':
        '2-step verification is off, and you are signed out everywhere. Sign in with your password.',
    },
  },

  secondStep: {
    title: '2-step verification',
    as: (user: string) => `Signing in as ${user}`,
    notYou: 'Not you? Begin again',
    remember: 'Do not ask again on this device for 90 days',
    verify: 'Verify',
    another: 'Verify another way',
    back: 'Back to the code of your authenticator',
    choose: 'Choose a way to show that it is you.',
    noOther:
      'No other way is open to you. Ask an administrator to switch your 2-step verification off. The only administrator holds RESET on the case for 3 seconds.',
    alternativeBlocked:
      'Security question and e-mail are blocked after five wrong tries. A code of your authenticator opens them again, and so does an administrator.',
    clockUnset:
      'The NAS has lost the time, so it cannot check codes of your authenticator. Use another way, or set the clock at the serial console.',
    tries: (tries: number, limit: number) =>
      tries === 0 ? '' : `${tries} of ${limit} tries are used.`,
    methods: {
      code: { name: 'Code of your authenticator', hint: 'Six digits from the app on your phone.' },
      question: { name: 'Security question', hint: 'Answer the question you chose.' },
      email: { name: 'Code by e-mail', hint: 'Eight digits to the address you confirmed.' },
      'recovery-code': {
        name: 'Recovery code',
        hint: 'One of the ten codes you kept. Each works once.',
      },
    } satisfies Readonly<Record<Method, { readonly name: string; readonly hint: string }>>,
    code: 'Security code',
    answer: 'Your answer',
    recoveryCode: 'Recovery code',
    emailTo: (hint: string) => `A code goes to ${hint}. It is good for ten minutes.`,
    sendEmail: 'Send the code',
    sendAgain: 'Send another code',
    emailSent: (hint: string) => `A code is on its way to ${hint}.`,
    emailLate:
      'The mail could not be handed over at once; the NAS goes on trying. If nothing comes, use another way.',
    emailCode: 'Code from the mail',
  },

  newPassword: {
    title: 'Choose your own password',
    why: 'You signed in with the password on the label. Everybody who sees the case knows it, so choose your own before you go on.',
    current: 'Present password',
    password: 'New password',
    again: 'New password again',
    rules: 'At least 8 characters with a digit, unless an administrator set other rules.',
    differ: 'The two new passwords differ. Type both again.',
    submit: 'Change password',
    signOut: 'Sign out',
    consequence: 'You are signed out everywhere, here too, and remembered devices are forgotten.',
  },

  setUp: {
    title: 'Set up 2-step verification',
    why: 'An administrator requires 2-step verification for your account. Set it up to go on; it takes two minutes.',
    signOut: 'Sign out',
  },

  wizard: {
    progress: (step: number, of: number) => `Step ${step} of ${of}`,
    steps: {
      start: 'Before you begin',
      key: 'Scan the code',
      confirm: 'Confirm your 2-step verification settings',
      alternative: 'Choose another way to verify',
      email: 'Confirm your e-mail address',
      codes: 'Keep your recovery codes',
    },
    start:
      'From then on signing in takes two steps: your password, then a six-digit code that an authenticator app on your phone shows. Have your phone with such an app at hand.',
    password: 'Your password',
    present: 'Present code of your authenticator',
    presentHint: 'From the phone that you use now.',
    scan: 'Scan this with the authenticator app, or type the key into it.',
    qr: 'QR code with the security key',
    key: 'Security key',
    copy: 'Copy',
    copied: 'Copied.',
    copyFailed: 'The browser does not let this page copy. Select and copy it by hand.',
    account: 'Account',
    life: 'The key is dropped when you leave, or after ten minutes without a step.',
    next: 'Next',
    back: 'Back',
    cancel: 'Cancel',
    confirm: 'Type the code that the app shows now. It shows that phone and NAS agree.',
    code: 'Security code',
    alternative: 'It lets you in when your phone is not at hand.',
    methods: {
      question: 'A security question',
      email: 'A code by e-mail',
      none: 'Recovery codes only',
    },
    question: 'Question',
    questions: {
      1: "What is your pet's name?",
      2: 'What is your favourite sport?',
      3: 'What is your favourite colour?',
      4: 'A question of my own',
    },
    ownQuestion: 'Your question',
    answer: 'Answer',
    answerHint: '2 to 64 characters. Case and blanks around it do not count.',
    address: 'E-mail address',
    addressHint: 'A code that confirms it is mailed there now.',
    turnOn: 'Next turns 2-step verification on and signs you out everywhere, here too.',
    emailSent: (address: string) => `Type the code that was mailed to ${address}.`,
    emailCode: 'Code from the mail',
    done: '2-step verification is on. You are signed out of all applications, browsers and devices.',
    codesWhy:
      'Each of these codes lets you in once when your phone is gone. They are shown only now: print them or save them where the phone is not.',
    kept: 'I have kept these codes',
    finish: 'Finish',
  },

  codes: {
    list: 'Recovery codes',
    print: 'Print',
    save: 'Save as a file',
    fileName: (host: string) => `${host}-recovery-codes.txt`,
    fileHead: (host: string, user: string) =>
      `Recovery codes of ${user} on ${host}. Each works once, in place of the code of the authenticator.`,
  },

  desktop: {
    skip: 'Skip to content',
    home: 'Desktop',
    welcome: (user: string) => `Hello, ${user}`,
    apps: 'Applications',
    account: (user: string) => `Account of ${user}`,
    signOut: 'Sign out',
    close: (app: string) => `Close ${app}`,
    notFound: 'There is no such page.',
    loadFailed: 'This page could not be loaded. Check that the NAS is on, then try again.',
    twoStep: {
      disabled: '2-step verification is off: your password alone lets anybody in.',
      enabled: '2-step verification is on.',
      incomplete: '2-step verification is not set up yet.',
      setUp: 'Set it up',
    },
  },

  options: {
    title: 'Options',
    profile: {
      title: 'Profile',
      name: 'User name',
      role: 'Role',
      administrator: 'Administrator',
      user: 'User',
      groups: 'Groups',
      email: 'E-mail address',
      emailHint: 'Notices about your account go there. Leave it empty for none.',
      password: 'Your password, to be sure',
      save: 'Save',
      saved: 'Saved.',
    },
    password: { title: 'Password' },
    twoStep: {
      title: '2-step Verification',
      off: 'Off',
      on: 'On',
      what: 'With it, signing in takes your password and a code of your phone. Whoever learns the password alone stays out.',
      getStarted: 'Get Started',
      enforced: (through: string) =>
        through === '' ? 'Required by an administrator.' : `Required through: ${through}.`,
      question: 'Security question',
      email: 'Code by e-mail',
      alternative: 'Other ways',
      codesLeft: 'Recovery codes left',
      codesFew: 'Few are left: make new ones.',
      newPhone: 'Set up another phone',
      newPhoneWhat: 'Makes a new key. The old one ends when the set-up is finished.',
      newCodes: 'New recovery codes',
      newCodesWhat: 'Makes ten new codes. Those of before are void.',
      makeCodes: 'Make new codes',
      done: 'Done',
      disable: 'Switch off',
      disableWhat:
        'Your password alone lets you in then. You are signed out everywhere, here too; key, recovery codes and remembered devices are dropped.',
      password: 'Your password',
      code: 'Present code of your authenticator',
      cancel: 'Cancel',
    },
    places: {
      title: 'Sign-ins and devices',
      sessions: 'Where you are signed in',
      thisOne: 'This one',
      since: (address: string, time: string) => `${address}, since ${time}`,
      end: 'End',
      endNamed: (name: string) => `End: ${name}`,
      endTitle: 'End this session?',
      endConsequence: (name: string) => `${name} is signed out at once.`,
      endOwnConsequence: 'This is the session you work in: you are signed out here.',
      endOthers: 'End all others',
      endOthersTitle: 'End all other sessions?',
      endOthersConsequence: 'All your other browsers and applications are signed out at once.',
      devices: 'Devices that are not asked for a code',
      noDevices: 'None. A device is remembered when you tick the box as you type a code.',
      until: (time: string) => `until ${time}`,
      forEver: 'for ever',
      forget: 'Forget',
      forgetNamed: (name: string) => `Forget: ${name}`,
      forgetTitle: 'Forget this device?',
      forgetConsequence: (name: string) => `${name} is asked for a code at its next sign-in.`,
    },
  },
};

/** Rules come as parts of sentences. */
function sentence(detail: string): string {
  const text = detail.charAt(0).toUpperCase() + detail.slice(1);
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
