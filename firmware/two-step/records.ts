import type { Row } from '../store/store.ts';
import type { WatchedStore } from '../store/watched-store.ts';
import type { QuestionNumber } from './questions.ts';

/** What is stored of a user who has 2-step verification. */
export interface TwoStepRecord {
  readonly userId: number;
  readonly sealedSecret: Uint8Array;
  /** Steps whose code was taken, in the order they were. */
  readonly usedSteps: readonly number[];
  /** See recovery-codes.ts. */
  readonly recoveryCodes: Uint8Array;
  readonly question:
    | { readonly number: QuestionNumber; readonly text: string; readonly answerHash: string }
    | undefined;
  /** Where codes are mailed to. */
  readonly email: string | undefined;
  /** In a row, over all sessions. */
  readonly wrongCodes: number;
  readonly wrongAnswers: number;
  /** The wait that the last wrong code cost, ms. */
  readonly waitMs: number;
}

/** A record to be: nothing was wrong yet. */
export type NewTwoStepRecord = Omit<TwoStepRecord, 'wrongCodes' | 'wrongAnswers' | 'waitMs'>;

interface RecordRow extends Row {
  readonly user_id: number;
  readonly sealed_secret: Uint8Array;
  readonly used_steps: string;
  readonly recovery_codes: Uint8Array;
  readonly question: QuestionNumber | null;
  readonly question_text: string | null;
  readonly answer_hash: string | null;
  readonly email: string | null;
  readonly wrong_codes: number;
  readonly wrong_answers: number;
  readonly wait_ms: number;
}

const insertSql = `INSERT OR REPLACE INTO two_step
  (user_id, sealed_secret, used_steps, recovery_codes, question, question_text, answer_hash,
   email)
  VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;
const acceptSql = `UPDATE two_step SET used_steps = ?, wrong_codes = 0, wrong_answers = 0,
  wait_ms = 0 WHERE user_id = ?`;
const refuteSql = 'UPDATE two_step SET wrong_codes = ?, wait_ms = ? WHERE user_id = ?';
const wrongAnswersSql = 'UPDATE two_step SET wrong_answers = ? WHERE user_id = ?';
const unblockSql = `UPDATE two_step SET wrong_codes = 0, wrong_answers = 0, wait_ms = 0
  WHERE user_id = ?`;
const recoveryCodesSql = 'UPDATE two_step SET recovery_codes = ? WHERE user_id = ?';
const recoverSql = `UPDATE two_step SET recovery_codes = ?, wrong_codes = 0, wait_ms = 0
  WHERE user_id = ?`;
const endSessionsSql = 'UPDATE users SET session_epoch = session_epoch + 1 WHERE id = ?';

/** The rows of 2-step verification; each write is a statement of the caller's transaction. */
export interface TwoStepRecords {
  find(userId: number): TwoStepRecord | undefined;
  has(userId: number): boolean;
  /** Takes the place of one that is there. */
  insert(record: NewTwoStepRecord): void;
  /** A true code was given: it is used up, and all that was wrong before is forgotten. */
  acceptCode(userId: number, usedSteps: readonly number[]): void;
  refuteCode(userId: number, wrong: { readonly count: number; readonly waitMs: number }): void;
  setWrongAnswers(userId: number, count: number): void;
  /** A recovery code was used: what is left of them; wrong codes are forgotten, answers are not. */
  acceptRecoveryCode(userId: number, left: Uint8Array): void;
  replaceRecoveryCodes(userId: number, stored: Uint8Array): void;
  unblock(userId: number): void;
  remove(userId: number): void;
  removeAll(): void;
  /** Ends the user's sessions and remembered devices: both are good for one epoch only. */
  endSessions(userId: number): void;
}

/** The records of a store. */
export function createTwoStepRecords(store: WatchedStore): TwoStepRecords {
  return {
    find(userId) {
      const row = store.row<RecordRow>('SELECT * FROM two_step WHERE user_id = ?', userId);
      return row && recordOf(row);
    },
    has: (userId) =>
      store.row('SELECT 1 AS found FROM two_step WHERE user_id = ?', userId) !== undefined,
    insert({ userId, sealedSecret, usedSteps, recoveryCodes, question, email }) {
      store.run(
        insertSql,
        userId,
        sealedSecret,
        JSON.stringify(usedSteps),
        recoveryCodes,
        question?.number ?? null,
        question?.text ?? null,
        question?.answerHash ?? null,
        email ?? null,
      );
    },
    acceptCode: (userId, usedSteps) => void store.run(acceptSql, JSON.stringify(usedSteps), userId),
    refuteCode: (userId, { count, waitMs }) => void store.run(refuteSql, count, waitMs, userId),
    setWrongAnswers: (userId, count) => void store.run(wrongAnswersSql, count, userId),
    acceptRecoveryCode: (userId, left) => void store.run(recoverSql, left, userId),
    replaceRecoveryCodes: (userId, stored) => void store.run(recoveryCodesSql, stored, userId),
    unblock: (userId) => void store.run(unblockSql, userId),
    remove: (userId) => void store.run('DELETE FROM two_step WHERE user_id = ?', userId),
    removeAll: () => void store.run('DELETE FROM two_step'),
    endSessions: (userId) => void store.run(endSessionsSql, userId),
  };
}

function recordOf(row: RecordRow): TwoStepRecord {
  const { question, question_text: text, answer_hash: answerHash } = row;
  const isAsked = question !== null && text !== null && answerHash !== null;
  return {
    userId: row.user_id,
    sealedSecret: row.sealed_secret,
    usedSteps: JSON.parse(row.used_steps) as number[],
    recoveryCodes: row.recovery_codes,
    question: isAsked ? { number: question, text, answerHash } : undefined,
    email: row.email ?? undefined,
    wrongCodes: row.wrong_codes,
    wrongAnswers: row.wrong_answers,
    waitMs: row.wait_ms,
  };
}
