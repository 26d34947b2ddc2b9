import type { Mutant } from './mutants.ts';

const scheduler = 'firmware/time/schedule.ts';
const dueTimes = 'firmware/time/due-times.ts';
const schedule = 'test/firmware/time/schedule.test.ts';
const due = 'test/firmware/time/due-times.test.ts';
const selfCheck = 'test/firmware/jobs/self-check.test.ts';
const pruning = 'test/firmware/jobs/log-pruning.test.ts';
const passwordAge = 'test/firmware/jobs/password-age.test.ts';
const webTime = 'test/firmware/web/api/time.test.ts';

/** Defects of what the appliance does by itself. */
export const ofJobs: readonly Mutant[] = [
  {
    what: 'a large step of the clock is caught up with',
    file: scheduler,
    text: 'if (isLarge || isPast) this.#settle(entry, toMs);',
    replacement: 'if (isPast) this.#settle(entry, toMs);',
    tests: [schedule],
  },
  {
    what: 'a job runs again where the clock steps back',
    file: scheduler,
    text: 'if (isLarge || isPast) this.#settle(entry, toMs);',
    replacement: 'this.#settle(entry, toMs);',
    tests: [schedule],
  },
  {
    what: 'a slewed clock makes jobs late',
    file: scheduler,
    text: 'leftMs > exactMs ? leftMs * (1 - rateErrorMax) : leftMs',
    replacement: 'leftMs',
    tests: [schedule],
  },
  {
    what: 'a job that sets the clock takes others along',
    file: scheduler,
    text: ' === entry && isDue(entry)) this.#run(entry);',
    replacement: ' === entry) this.#run(entry);',
    tests: [schedule],
  },
  {
    what: 'a change of the zone runs jobs twice',
    file: scheduler,
    text: 'entry.settledMs - (isLocal ? aheadMs : 0)',
    replacement: 'entry.settledMs',
    tests: [schedule],
  },
  {
    what: 'a job that fails stops the others',
    file: scheduler,
    text: '      this.#deps.onFailure(error);\n    }\n  }\n}',
    replacement: '      this.#deps.onFailure(error);\n      this.stop();\n    }\n  }\n}',
    tests: [schedule],
  },
  {
    what: 'a job of the doubled hour runs twice',
    file: dueTimes,
    text: 'makesUp && !isForEachHour(pattern) ? dueOnce : dueByTheClock',
    replacement: 'dueByTheClock',
    tests: [due, schedule],
  },
  {
    what: 'a job of the skipped hour is left out where the clock changes at that moment',
    file: dueTimes,
    text: 'const justBeforeMs = fromMs - 1;',
    replacement: 'const justBeforeMs = fromMs;',
    tests: [due],
  },
  {
    what: 'a clock that is years ahead empties the event log',
    file: 'firmware/log/event-log.ts',
    text: 'const keptMin = 1_000;',
    replacement: 'const keptMin = 0;',
    tests: [pruning],
  },
  {
    what: 'the event log is pruned by a clock that nobody set',
    file: 'firmware/jobs/log-pruning.ts',
    text: "keepDays === 0 || wallClock.trust === 'unset'",
    replacement: 'keepDays === 0',
    tests: [pruning],
  },
  {
    what: 'an old password is told of each day',
    file: 'firmware/accounts/users.ts',
    text: 'SET password_age_told = 1',
    replacement: 'SET password_age_told = 0',
    tests: [passwordAge],
  },
  {
    what: 'a new password is as old as the one before',
    file: 'firmware/accounts/user-changes.ts',
    text: 'password_since_ms = ?, password_age_told = 0 WHERE',
    replacement: 'password_since_ms = coalesce(password_since_ms, ?), password_age_told = 0 WHERE',
    tests: [passwordAge],
  },
  {
    what: 'a password of unknown age stays of unknown age',
    file: 'firmware/accounts/users.ts',
    text: 'WHERE password_since_ms IS NULL AND password_hash IS NOT NULL',
    replacement: 'WHERE password_since_ms = 0 AND password_hash IS NOT NULL',
    tests: [passwordAge],
  },
  {
    what: 'an RTC that is a minute and a half off is well',
    file: 'firmware/jobs/self-check.ts',
    text: 'const rtcErrorMaxMs = 60_000;',
    replacement: 'const rtcErrorMaxMs = 100_000;',
    tests: [selfCheck],
  },
  {
    what: 'nobody hears that all is well again',
    file: 'firmware/jobs/self-check.ts',
    text: 'wasWrong = isWrong;',
    replacement: 'wasWrong = false;',
    tests: [selfCheck],
  },
  {
    what: 'the clock is set over the network and nobody knows by whom',
    file: 'firmware/time/manual-setting.ts',
    text: '    ...by,\n',
    replacement: '',
    tests: [webTime],
  },
];
