import type { Mutant } from './mutants.ts';

const service = 'firmware/notify/outbox-service.ts';
const outbox = 'test/firmware/notify/outbox.test.ts';
const powerCut = 'test/firmware/notify/power-cut.test.ts';
const accounts = 'test/firmware/notify/mail-accounts.test.ts';

/** Defects of what is mailed. */
export const ofMail: readonly Mutant[] = [
  {
    what: 'a mail is sent though what it belongs to is rolled back',
    file: service,
    text: 'store.afterCommit(() => {\n        this.#memories.set(',
    replacement: '[0].forEach(() => {\n        this.#memories.set(',
    tests: [outbox],
  },
  {
    what: 'a mail is forgotten before the server has it',
    file: service,
    text: 'const problem = await this.#tryOnce(mail, signal);',
    replacement: 'this.#deps.queue.remove(id); const problem = await this.#tryOnce(mail, signal);',
    tests: [powerCut],
  },
  {
    what: 'a mail that was sent stays in the queue',
    file: service,
    text: "memory.tell?.('sent');\n    this.#deps.queue.remove(id);",
    replacement: "memory.tell?.('sent');",
    tests: [outbox],
  },
  {
    what: 'the age of a mail is told by the wall clock in all lives',
    file: service,
    text: 'if (queuedMs !== undefined) return elapsedMs(board.clock.now(), queuedMs + lifeMs);',
    replacement: '',
    tests: [outbox],
  },
  {
    what: 'the age of a mail is told by a wall clock that was not set',
    file: service,
    text: "if (!isTimeKnown || wallClock.trust === 'unset') return Number.POSITIVE_INFINITY;",
    replacement: '',
    tests: [outbox],
  },
  {
    what: 'a mail is tried for ever where no clock ends it',
    file: service,
    text: 'if (tries >= triesMax || leftMs <= 0)',
    replacement: 'if (leftMs <= 0)',
    tests: [outbox],
  },
  {
    what: 'a mail whose time is over is sent all the same',
    file: service,
    text: 'if (this.#leftMs(mail) <= 0) return',
    replacement: 'if (this.#leftMs(mail) <= -1e12) return',
    tests: [outbox],
  },
  {
    what: 'a mail that a flash failed under is tried again at once, for ever',
    file: service,
    text: 'memory.dueMs = this.#deps.board.clock.now() + failingFlashMs;',
    replacement: '',
    tests: [outbox],
  },
  {
    what: 'a subject of a mail can hold lines',
    file: service,
    text: 'subject: oneLine(mail.subject, subjectCharactersMax)',
    replacement: 'subject: mail.subject',
    tests: ['test/firmware/notify/compose.test.ts'],
  },
  {
    what: 'a mail goes to what is no address',
    file: service,
    text: 'if (normalAddress(to) !== to)',
    replacement: 'if (to === null)',
    tests: ['test/firmware/notify/compose.test.ts'],
  },
  {
    what: 'the password of a mail account goes to another server',
    file: 'firmware/notify/mail-accounts.ts',
    text: 'if (isElsewhere && ',
    replacement: 'if (false && ',
    tests: [accounts],
  },
  {
    what: 'nobody gives a mail server up that says nothing',
    file: 'firmware/notify/outbox.machine.ts',
    text: "actions: 'giveUp' }",
    replacement: '}',
    tests: [outbox],
  },
  {
    what: 'the advanced reset keeps the mail accounts',
    file: 'firmware/reset/factory.ts',
    text: 'mailAccounts.removeAll();',
    replacement: '',
    tests: ['test/firmware/reset/factory.test.ts'],
  },
];
