import { AssertionError } from 'node:assert';
import type { Bench } from '../bench.ts';
import { ShownRecorder } from '../parts/shown-secrets.ts';
import { formatDuration } from './duration.ts';

/** How many of the console's last lines a failure shows. */
const linesShown = 5;

/** What a person needs to see why an expectation failed: when, in which state, what was printed. */
export function describeBench(bench: Bench, consoleText: string): string {
  const { world, board } = bench;
  const sinceUs = world.nowUs - (board.poweredOnAtUs ?? world.nowUs);
  const power = board.isPowered ? `${formatDuration(sinceUs)} after power-on` : 'the board is off';
  const states = Object.entries(bench.states()).map(([chart, state]) => `${chart} ${state}`);
  const told = new ShownRecorder().take(consoleText);
  const lines = told.split(/\r?\n/).filter((line) => line.trim() !== '');
  return [
    `  time      ${new Date(world.nowUs / 1000).toISOString()} (${power})`,
    `  states    ${states.join(', ')}`,
    ...lines
      .slice(-linesShown)
      .map((line, place) => `${place === 0 ? '  console ' : '          '}  ${line}`),
    `  seed      ${world.random.seed}`,
  ].join('\n');
}

/** What was expected beside what was seen, in the form that every check of the kit uses. */
export function expectationText(
  title: string,
  both: { readonly expected: string; readonly seen: string },
): string {
  return `${title}\n  expected  ${both.expected}\n  seen      ${both.seen}`;
}

/** A failed expectation, as test runners know it. */
export function failedExpectation(message: string): AssertionError {
  return new AssertionError({ message });
}
