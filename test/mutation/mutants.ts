import { ofClocks } from './clock-mutants.ts';
import { ofJobs } from './job-mutants.ts';
import { ofMail } from './mail-mutants.ts';
import { ofWeb } from './web-mutants.ts';

/** A defect that somebody might introduce, and the tests that must not let it pass. */
export interface Mutant {
  /** What the firmware would do. */
  readonly what: string;
  readonly file: string;
  /** Stands in the file exactly once. */
  readonly text: string;
  readonly replacement: string;
  /** Files of tests; each mutant must turn one of them red at least. */
  readonly tests: readonly string[];
}

const profile = 'firmware/reset/profile.ts';
const vfsFiles = 'firmware/store/vfs-files.ts';

const button = 'test/firmware/reset/button.test.ts';
const resetButton = 'test/firmware/reset-button.test.ts';
const buttonDuty = 'test/firmware/button-duty.test.ts';
const keepAlive = 'test/firmware/keep-alive.test.ts';
const powerCut = 'test/firmware/store/power-cut.test.ts';
const bitRot = 'test/firmware/store/bit-rot.test.ts';
const resetPowerCut = 'test/firmware/reset/factory-power-cut.test.ts';
const factory = 'test/firmware/reset/factory.test.ts';
const lastAdministrator = 'test/firmware/accounts/last-administrator.test.ts';
const authentication = 'test/firmware/accounts/authentication.test.ts';
const eventLog = 'test/firmware/log/event-log.test.ts';
const login = 'test/firmware/console/login.test.ts';
const sessionUser = 'test/firmware/console/session-user.test.ts';
const consoleLogin = 'test/firmware/console/two-step-login.test.ts';
const wizard = 'test/firmware/console/two-step.test.ts';
const lineEditor = 'test/firmware/console/line-editor.test.ts';
const secrecy = 'test/firmware/secrecy.test.ts';

const ofReset: readonly Mutant[] = [
  ...[2_999, 3_001].map((fromMs) => ({
    what: `basic reset from ${fromMs} ms on`,
    file: profile,
    text: 'fromMs: 3_000',
    replacement: `fromMs: ${fromMs}`,
    tests: [button],
  })),
  ...[9_999, 10_001].map((fromMs) => ({
    what: `advanced reset from ${fromMs} ms on`,
    file: profile,
    text: 'fromMs: 10_000',
    replacement: `fromMs: ${fromMs}`,
    tests: [button],
  })),
  {
    what: 'basic reset below 9,999 ms only',
    file: profile,
    text: 'belowMs: 10_000',
    replacement: 'belowMs: 9_999',
    tests: [button],
  },
  {
    what: 'a hold of exactly the threshold is too short',
    file: 'firmware/reset/gestures.ts',
    text: 'heldMs >= rule.fromMs',
    replacement: 'heldMs > rule.fromMs',
    tests: [button],
  },
  {
    what: 'no debouncing: every edge counts at once',
    file: profile,
    text: 'debounceMs: 20',
    replacement: 'debounceMs: 0',
    tests: [button],
  },
  {
    what: 'a hold counts from when its level settled, not from its first edge',
    file: 'firmware/reset/debouncer.ts',
    text: 'const atMs = unsettledSinceMs;',
    replacement: 'const atMs = unsettledSinceMs === undefined ? undefined : clock.now();',
    tests: [button],
  },
  {
    what: 'a release that has not settled at the threshold is overlooked',
    file: 'firmware/reset/button.machine.ts',
    text: "{ guard: 'isReleasePending', target: 'doubtful' },",
    replacement: '',
    tests: [button],
  },
  {
    what: 'a late timer is believed before the edges it overtook',
    file: 'firmware/reset/button.machine.ts',
    text: "{ guard: 'isLookLate', target: 'doubtful' },",
    replacement: '',
    tests: [button],
  },
  {
    what: 'no arming: a button held since power-on is not told',
    file: 'firmware/reset/button.machine.ts',
    text: "{ guard: 'isPressedAtStart', target: 'disarmed' }",
    replacement: "{ guard: 'isPressedAtStart', target: 'released' }",
    tests: [button],
  },
  {
    what: 'no arming: a hold since power-on counts',
    file: 'firmware/reset/button.machine.ts',
    text: "{ guard: 'isPressedAtStart', target: 'disarmed' }",
    replacement: "{ guard: 'isPressedAtStart', target: 'held' }",
    tests: [button],
  },
  {
    what: 'the button is timed by the wall clock',
    file: 'firmware/index.ts',
    text: `    button: board.resetButton,
    clock,
    profile:`,
    replacement: `    button: {
      isPressed: () => board.resetButton.isPressed(),
      onEdge: (listener) =>
        board.resetButton.onEdge(({ pressed }) =>
          listener({ pressed, atMs: runtime.services?.wallClock.nowMs() ?? board.clock.now() })),
    },
    clock: {
      now: () => runtime.services?.wallClock.nowMs() ?? board.clock.now(),
      setTimeout: (callback, delayMs) => board.clock.setTimeout(callback, delayMs),
      clearTimeout: (id) => board.clock.clearTimeout(id),
    },
    profile:`,
    tests: [resetButton],
  },
  {
    what: 'the reset switch is ignored',
    file: 'firmware/button-duty.ts',
    text: "(control.state === 'ready' && isSwitchedOn())",
    replacement: "control.state === 'ready'",
    tests: [buttonDuty],
  },
  {
    what: 'a press while a reset runs is taken',
    file: 'firmware/button-duty.ts',
    text: "control.state === 'halted' || (control.state === 'ready' && isSwitchedOn())",
    replacement: 'isSwitchedOn()',
    tests: [resetButton],
  },
  {
    what: 'the basic reset is no transaction',
    file: 'firmware/reset/factory.ts',
    text: `  store.transaction(() => {
    settings.restoreBasic();
    accounts.restoreDefaultAdmin();`,
    replacement: `  void store;
  ((run: () => void) => run())(() => {
    settings.restoreBasic();
    accounts.restoreDefaultAdmin();`,
    tests: [resetPowerCut],
  },
  {
    what: 'the basic reset leaves sessions of admin alive',
    file: 'firmware/accounts/factory-accounts.ts',
    text: 'disabled_from_ms = NULL, session_epoch = session_epoch + 1',
    replacement: 'disabled_from_ms = NULL',
    tests: [factory],
  },
  {
    what: 'the basic reset leaves a disabled admin disabled',
    file: 'firmware/accounts/factory-accounts.ts',
    text: 'disabled_from_ms = NULL, session_epoch',
    replacement: 'session_epoch',
    tests: [factory],
  },
];

const ofStore: readonly Mutant[] = [
  {
    what: 'the database is never synced',
    file: vfsFiles,
    text: 'else device.storage.sync(databaseFile);',
    replacement: '',
    tests: [powerCut],
  },
  {
    what: 'the journal is never synced',
    file: vfsFiles,
    text: 'if (isJournal) device.journal.sync();',
    replacement: 'if (isJournal) return;',
    tests: [powerCut],
  },
  {
    what: 'pages are read without a look at their checksum',
    file: vfsFiles,
    text: 'if (isPageSound(words, pageNumber)) return resultCode.ok;',
    replacement: 'if (words.length > 0) return resultCode.ok;',
    tests: [bitRot],
  },
  {
    what: 'records of the journal are brought back without a look at their checksum',
    file: 'firmware/store/recovery-journal.ts',
    text: 'if (!isPageSound(this.#words, pageNumber)) return problem;',
    replacement: '',
    tests: [bitRot],
  },
];

const ofAccounts: readonly Mutant[] = [
  {
    what: 'the last administrator may be disabled, removed, taken out of the group',
    file: 'firmware/accounts/users.ts',
    text: 'if (store.row(otherAdministratorSql, user.id) !== undefined) return undefined;',
    replacement: 'if (user.id > 0) return undefined;',
    tests: [lastAdministrator],
  },
  {
    what: 'an administrator with a date to be disabled at counts as one',
    file: 'firmware/accounts/users.ts',
    text: ' AND disabled_from_ms IS NULL AND id <> ?',
    replacement: ' AND id <> ?',
    tests: [lastAdministrator],
  },
  {
    what: 'a disabled user may log in',
    file: 'firmware/accounts/authentication.ts',
    text: ' && !isDisabled(found.user, wallClock.nowMs())) {',
    replacement: ') {',
    tests: [authentication],
  },
  {
    what: 'a refusal for a name that nobody has is quick',
    file: 'firmware/accounts/authentication.ts',
    text: 'if (!isHashed) hasher.spend();',
    replacement: '',
    tests: [authentication],
  },
];

const ofConsole: readonly Mutant[] = [
  {
    what: 'secrets are echoed',
    file: 'firmware/console/line-editor.ts',
    text: 'if (!this.#mode.isSecret) this.#echo += text;',
    replacement: 'this.#echo += text;',
    tests: [lineEditor, secrecy],
  },
  {
    what: 'the login asks for the password in the open',
    file: 'firmware/console/console-work.ts',
    text: "this.#ask('Password: ', secret);",
    replacement: "this.#ask('Password: ', open);",
    tests: [login, secrecy],
  },
  {
    what: 'a new password is logged',
    file: 'firmware/console/session.ts',
    text: "text: 'default password replaced'",
    replacement: "text: 'default password replaced by ' + wanted",
    tests: [secrecy],
  },
  {
    what: 'a name that nobody has is logged',
    file: 'firmware/access/sign-in-service.ts',
    text: '`login refused: ${why}`',
    replacement: '`login refused: ${why} ${request.name}`',
    tests: [login],
  },
  {
    what: 'a session outlives a new password of its user',
    file: 'firmware/access/session-table.ts',
    text: ' || user.sessionEpoch !== entry.epoch',
    replacement: '',
    tests: [sessionUser],
  },
  {
    what: 'a session outlives the date at which its user is disabled',
    file: 'firmware/access/session-table.ts',
    text: 'return isDisabled(user, wallClock.nowMs()) ? undefined : user;',
    replacement: 'return user;',
    tests: [sessionUser],
  },
  {
    what: 'a logout leaves the session',
    file: 'firmware/console/session.ts',
    text: 'if (this.#opened !== undefined) sessions.end(this.#opened.id);',
    replacement: '',
    tests: [sessionUser],
  },
  {
    what: 'the security code is asked for in the open',
    file: 'firmware/console/console-work.ts',
    text: "this.#ask('Security code: ', secret);",
    replacement: "this.#ask('Security code: ', open);",
    tests: [consoleLogin],
  },
  {
    what: 'a user who must set up 2-step verification gets past the wizard',
    file: 'firmware/console/console.machine.ts',
    text: "{ guard: 'isSetUpHome', target: '#console.login', actions: 'logOut' },",
    replacement: '',
    tests: [wizard],
  },
  {
    what: 'a wizard that was left keeps its secret',
    file: 'firmware/console/enrolment.ts',
    text: 'twoStep.leave(id);',
    replacement: '',
    tests: [wizard],
  },
  {
    what: 'a refused login costs no time',
    file: 'firmware/console/console.machine.ts',
    text: "after: { afterRefusal: { target: 'login', actions: 'sayRefused' } }",
    replacement: "always: { target: 'login', actions: 'sayRefused' }",
    tests: [login],
  },
  {
    what: 'text is logged as it comes',
    file: 'firmware/log/event-log.ts',
    text: 'text: oneLine(text, charactersMax.text),',
    replacement: 'text,',
    tests: [eventLog],
  },
  {
    what: 'user names are logged as they come',
    file: 'firmware/log/event-log.ts',
    text: 'user: oneLine(user, charactersMax.user)',
    replacement: 'user',
    tests: [eventLog],
  },
];

const ofLife: readonly Mutant[] = [
  {
    what: 'the watchdog is never kicked',
    file: 'firmware/keep-alive.ts',
    text: '    watchdog.kick();\n',
    replacement: '',
    tests: [keepAlive],
  },
  {
    what: 'the watchdog is kicked whatever happens',
    file: 'firmware/keep-alive.ts',
    text: 'if (!isWell()) return;',
    replacement: '',
    tests: [keepAlive],
  },
  {
    what: 'the watchdog is never armed',
    file: 'firmware/keep-alive.ts',
    text: 'watchdog.arm(watchdogMs) * kickShare',
    replacement: 'watchdogMs * kickShare',
    tests: [keepAlive],
  },
  {
    what: 'a firmware that failed passes for one that is well',
    file: 'firmware/index.ts',
    text: "const isWell = (): boolean => appliance.state !== 'failed';",
    replacement: 'const isWell = (): boolean => true;',
    tests: [keepAlive],
  },
];

/** All of them. */
export const mutants: readonly Mutant[] = [
  ...ofReset,
  ...ofStore,
  ...ofAccounts,
  ...ofConsole,
  ...ofLife,
  ...ofClocks,
  ...ofJobs,
  ...ofMail,
  ...ofWeb,
];

/** Applies a mutant to the text of its file; throws where its text is not there exactly once. */
export function mutated(mutant: Mutant, source: string): string {
  const parts = source.split(mutant.text);
  if (parts.length !== 2) {
    const found = `${parts.length - 1} times in ${mutant.file}`;
    throw new Error(
      `mutant «${mutant.what}»: its text is there ${found}, not once: mend the table`,
    );
  }
  return parts.join(mutant.replacement);
}
