import type { Board } from '#hal/board';
import { isHalError } from '#hal/errors';
import { healthOf } from '../health.ts';
import type { EventLog, LogDraft } from '../log/event-log.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { Job } from '../time/schedule.ts';
import type { WallClock } from '../time/wall-clock.ts';

/** What the checks work with. */
export interface SelfCheckDeps {
  readonly board: Pick<Board, 'rtc' | 'dataVolume' | 'sensors'>;
  readonly store: WatchedStore;
  readonly wallClock: WallClock;
  readonly log: EventLog;
}

const category = 'self-check';

/** The RTC counts whole seconds; past this, codes would be refused after a restart. */
const rtcErrorMaxMs = 60_000;

/** Less free space than that is worth a word. */
const freeShareMin = 0.05;

/** Looks at each part once a day; says something where that is not as it should be. */
export function createSelfCheckJob(deps: SelfCheckDeps): Job {
  const report = createReport(deps.log);
  return {
    name: 'self-check',
    summary: 'checks the store, the RTC, the free space, temperatures and fans',
    pattern: '40 3 * * *',
    run() {
      const problems = [
        tried('store', () => deps.store.checkPages()),
        tried('RTC', () => rtcProblem(deps)),
        tried('data volume', () => spaceProblem(deps)),
        tried('sensors', () => healthProblem(deps)),
      ].filter((problem) => problem !== undefined);
      report(problems);
    },
  };
}

/** Reads all that the store holds once a week: that takes longer. */
export function createStoreCheckJob({ store, log }: SelfCheckDeps): Job {
  return {
    name: 'store-check',
    summary: 'checks the store thoroughly',
    pattern: '50 3 * * 0',
    run() {
      const problem = store.checkIntegrity();
      if (problem !== undefined) log.append(complaint([`store: ${problem}`]));
    },
  };
}

/** Writes down what is wrong each day, and once that all is well again. */
function createReport(log: EventLog): (problems: readonly string[]) => void {
  let wasWrong: boolean | undefined;
  return (problems) => {
    const isWrong = problems.length > 0;
    // What an earlier life found. Looked up once: that may read the whole log.
    wasWrong ??= log.page({ category, limit: 1 })[0]?.severity === 'warning';
    if (isWrong) log.append(complaint(problems));
    else if (wasWrong) log.append({ severity: 'info', category, text: 'all is well again' });
    wasWrong = isWrong;
  };
}

function complaint(problems: readonly string[]): LogDraft {
  return { severity: 'warning', category, text: problems.join('; ') };
}

/** What a part has to say for itself, with its name; a failing part is a problem, too. */
function tried(part: string, look: () => string | undefined): string | undefined {
  try {
    const problem = look();
    return problem === undefined ? undefined : `${part}: ${problem}`;
  } catch (error) {
    if (!isHalError(error)) throw error;
    return `${part}: failed (${error.code})`;
  }
}

function rtcProblem({ board, wallClock }: SelfCheckDeps): string | undefined {
  const { timeMs, valid } = board.rtc.read();
  if (!valid) return 'it lost its time';
  if (wallClock.trust === 'unset') return undefined;
  const aheadMs = timeMs - wallClock.nowMs();
  if (Math.abs(aheadMs) <= rtcErrorMaxMs) return undefined;
  const seconds = Math.round(Math.abs(aheadMs) / 1000);
  return `${seconds} s ${aheadMs > 0 ? 'ahead of' : 'behind'} the clock`;
}

function spaceProblem({ board }: SelfCheckDeps): string | undefined {
  const { totalBytes, freeBytes } = board.dataVolume.space();
  const share = totalBytes === 0 ? 0 : freeBytes / totalBytes;
  return share < freeShareMin ? `only ${Math.floor(share * 100)} % is free` : undefined;
}

function healthProblem({ board }: SelfCheckDeps): string | undefined {
  const health = healthOf(board.sensors);
  return health === 'good' ? undefined : `${health}, see the temperatures and fans`;
}
