import { describe, expect, test } from 'vitest';
import { ProgressBar } from '#sim/cli/progress-bar';

/** A bar on a terminal of a width, and a clock that moves by a second for each case. */
function draw(columns: number | undefined, hasProgress = true) {
  let text = '';
  let nowMs = 0;
  const terminal = {
    err: (more: string) => void (text += more),
    hasProgress,
    columns: () => columns,
  };
  const bar = new ProgressBar(terminal, () => nowMs);
  return {
    bar,
    shown: () => text,
    done(count: number, outcome: 'passed' | 'failed' = 'passed'): string {
      nowMs += 1_000;
      text = '';
      bar.show(count, 10, { outcome, simulatedUs: 60_000_000 });
      return text;
    },
  };
}

describe('the progress of a run', () => {
  test('tells how far it is, what failed, how long it takes and what was simulated', () => {
    const { done } = draw(undefined);
    expect(done(1)).toBe(
      '\r   ██░░░░░░░░░░░░░░░░░░  1 of 10 cases, 9.00 s left, 1 min simulated\u001b[K',
    );
    expect(done(2, 'failed')).toContain('2 of 10 cases, 1 failed, 8.00 s left, 2 min simulated');
  });

  test.each([
    [60, '\r   1 of 10 cases, 1 failed, 9.00 s left, 1 min simulated\u001b[K'],
    [40, '\r   1 of 10 cases, 1 failed, 9.00 s left\u001b[K'],
    [20, '\r   1 of 10 cases\u001b[K'],
    [10, '\r   1 of 1\u001b[K'],
  ])('fits into %d columns', (columns, expected) => {
    expect(draw(columns).done(1, 'failed')).toBe(expected);
  });

  test('is on a terminal only, and goes away', () => {
    expect(draw(80, false).done(1)).toBe('');
    const { bar, done, shown } = draw(80);
    done(1);
    bar.clear();
    expect(shown().endsWith('\r\u001b[K')).toBe(true);
  });
});
