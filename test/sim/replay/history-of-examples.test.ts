import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { beginBench } from '#sim/beginning';
import { History } from '#sim/replay/history';
import { play } from '#sim/replay/player';
import { benchOptionsOf } from '#sim/scenario/board-options';
import { StepContext } from '#sim/scenario/context';
import { readScenario } from '#sim/scenario/reader';
import { linesOf } from './world-of-stimuli.ts';

const examples = fileURLToPath(new URL('../../../docs/examples/', import.meta.url));
const isProof = process.env['NASBOARD_PROOF'] === 'full';
const second = 1_000_000;

/** With waits of every kind: holds, logins, lock-outs, mailed codes, enrolments, clock steps. */
const telling = [
  '2sv-by-email.yaml',
  '2sv-phone-off.yaml',
  'reset-frees-admin.yaml',
  'http-2sv.yaml',
  'clock-steps-in-a-mailed-codes-life.yaml',
  'clock-steps-in-mid-enrolment.yaml',
  'clock-steps-in-mid-hold.yaml',
  'clock-steps-in-mid-login.yaml',
];

/** Those that have no faults at instants of their own, and do not travel themselves. */
const all = readdirSync(examples).filter(
  (name) => name.endsWith('.yaml') && name !== 'back-in-time.yaml',
);

describe('an example goes on the same from any instant of it', () => {
  test.each(isProof ? all : telling)(
    '%s',
    async (name) => {
      const path = `${examples}${name}`;
      const [scenarioCase] = readScenario(readFileSync(path, 'utf8'), path).cases;
      if (scenarioCase === undefined) throw new Error(`${name} has no case`);
      if (scenarioCase.faults.length > 0) return;
      const { board, steps } = scenarioCase;
      const beginning = { options: benchOptionsOf(board, board.seed ?? 1) };
      const bench = beginBench(beginning);
      const history = new History(bench, { beginning, everyUs: 5 * second });
      const context = new StepContext({ bench });
      if (board.power !== 'off') bench.board.powerOn();
      for (const step of steps) await context.runStep(step);
      const { startUs, journal } = history.line;
      const before = [...journal];
      const lines = linesOf(bench);
      const endUs = bench.world.nowUs;
      const parts = isProof ? 30 : 9;
      for (let part = 1; part < parts; part += 1) {
        const toUs = Math.round(startUs + ((endUs - startUs) * part) / parts);
        const other = await history.back(toUs);
        const rest = before.filter(({ t }) => t > toUs);
        await play(other, rest, { to: { t: endUs } });
        expect(linesOf(other).slice(0, lines.length)).toEqual(lines);
      }
    },
    300_000,
  );
});
