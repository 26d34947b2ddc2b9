import { drawLineChart } from '#sim/plot/line-chart';
import { roundTicks } from '#sim/plot/ticks';
import type { DayOfYear } from './year-run.ts';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** Until the crystal is known, the bound is many times what it is afterwards. */
const firstDay = 3;

/** Draws the year: the clock's error, day by day, between the bounds that the NAS states. */
export function drawYear(all: readonly DayOfYear[]): string {
  const year = all.slice(firstDay);
  const errors = year.map(({ errorMs }) => errorMs);
  const bounds = year.map(({ boundMs }) => boundMs);
  const most = Math.max(...bounds);
  const ticks = roundTicks(-most, most);
  const line = (values: readonly number[]) =>
    year.map(({ day }, place): readonly [number, number] => [day, values[place] ?? 0]);
  const worst = Math.round(Math.max(...errors.map(Math.abs)));
  return drawLineChart({
    title: 'A year of daily syncs',
    description:
      `From its ${firstDay + 1}th day on the clock of a NAS that asks its time servers once a day ` +
      `is off by ${worst} ms at most. It stays within the bound that the NAS states of itself, ` +
      `which grows to between ${Math.round(Math.min(...bounds))} and ${Math.round(most)} ms a day.`,
    legend: 'ms',
    x: {
      label: `day by day, from the ${firstDay + 1}th on`,
      least: 0,
      most: all.length,
      ticks: months.map((text, month) => ({
        at: (Date.UTC(2027, month) - Date.UTC(2027, 0)) / 86_400_000,
        text,
      })),
    },
    y: {
      label:
        'the most of each day: wall clock less true time, and how far it might be off by its own account',
      least: ticks[0]?.at ?? 0,
      most: ticks.at(-1)?.at ?? 0,
      ticks,
    },
    panels: [
      {
        heading: undefined,
        series: [
          { name: 'error', points: line(errors) },
          { name: 'bound', points: line(bounds) },
          { name: 'bound, negative', points: line(bounds.map((bound) => -bound)) },
        ],
      },
    ],
    width: 760,
    height: 240,
    hasMarks: false,
  });
}
