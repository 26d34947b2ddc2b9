import { coordinate, element, escapeText } from './svg.ts';
import { markOf, styleSheet } from './style.ts';

/** A value on an axis and what is written there. */
export interface Tick {
  readonly at: number;
  readonly text: string;
}

/** One axis, the same in all panels. */
export interface ChartAxis {
  readonly label: string;
  readonly least: number;
  readonly most: number;
  readonly ticks: readonly Tick[];
}

/** One line; it is broken where a point is missing. */
export interface Series {
  readonly name: string;
  readonly points: readonly (readonly [x: number, y: number] | undefined)[];
}

/** One field of a chart. */
export interface ChartPanel {
  readonly heading: string | undefined;
  readonly series: readonly Series[];
}

/** Lines over two axes, in one or more panels side by side. */
export interface LineChart {
  readonly title: string;
  /** What a reader who does not see the picture is told. */
  readonly description: string;
  /** What the series differ by; absent where there is one. */
  readonly legend: string | undefined;
  readonly x: ChartAxis;
  readonly y: ChartAxis;
  readonly panels: readonly ChartPanel[];
  /** Size of a panel's field. */
  readonly width?: number;
  readonly height?: number;
  /** Marks at the points; too much where there are many. */
  readonly hasMarks?: boolean;
}

const perRowMax = 3;
const left = 64;
const gap = 32;

/** Room for marks and numbers at both ends of the x axis. */
const inset = 24;
const right = 20;
const below = 48;

/** How much wider the title's letters are than the others. */
const headScale = 1.25;

interface Field {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Draws a chart as SVG. It has a title and a description, needs nothing but itself, and reads in
 * the light and in the dark.
 */
export function drawLineChart(chart: LineChart): string {
  const { width = 280, height = 180, panels } = chart;
  const perRow = Math.max(1, Math.min(perRowMax, panels.length));
  const rows = Math.ceil(panels.length / perRow);
  const hasHeadings = panels.some(({ heading }) => heading !== undefined);
  const top = chart.legend === undefined ? 48 : 70;
  const above = hasHeadings ? 24 : 8;
  const fieldOf = (place: number): Field => ({
    x: left + (place % perRow) * (width + gap),
    y: top + above + Math.floor(place / perRow) * (above + height + below),
    width,
    height,
  });
  const fields = perRow * (width + gap) - gap;
  const totalWidth = left + Math.max(fields, widthOf(chart.title) * headScale) + right;
  const totalHeight = top + rows * (above + height + below);
  const drawn = panels.map((panel, place) =>
    drawPanel(chart, panel, { field: fieldOf(place), isFirst: place % perRow === 0 }),
  );
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${totalWidth} ${totalHeight}`,
      width: totalWidth,
      height: totalHeight,
      role: 'img',
      'aria-labelledby': 'title description',
    },
    [
      '',
      element('title', { id: 'title' }, escapeText(chart.title)),
      element('desc', { id: 'description' }, escapeText(chart.description)),
      element('style', {}, styleSheet()),
      element('rect', { class: 'ground', width: '100%', height: '100%' }),
      write(left, 24, chart.title, { class: 'head' }),
      write(left, 44, chart.y.label),
      ...drawLegend(chart),
      ...drawn,
      '',
    ].join('\n'),
  )}\n`;
}

function drawLegend({ legend, panels, hasMarks = true }: LineChart): readonly string[] {
  if (legend === undefined) return [];
  const y = 64;
  let x = left;
  const parts = [write(x, y, legend)];
  x += widthOf(legend) + 16;
  for (const [place, { name }] of (panels[0]?.series ?? []).entries()) {
    const line = element('path', { class: 'line', d: `M${x} ${y - 4}h28` });
    const mark = hasMarks ? element('path', { d: markOf(place, x + 14, y - 4) }) : '';
    parts.push(element('g', { class: `s${place}` }, line + mark), write(x + 34, y, name));
    x += 34 + widthOf(name) + 18;
  }
  return parts;
}

/** About: whose font it will be is not known. */
function widthOf(text: string): number {
  return text.length * 7;
}

function drawPanel(
  chart: LineChart,
  { heading, series }: ChartPanel,
  { field, isFirst }: { readonly field: Field; readonly isFirst: boolean },
): string {
  const { x, y, hasMarks = true } = chart;
  const place = ([atX, atY]: readonly [number, number]): readonly [number, number] => [
    across(field, x, atX),
    field.y + (1 - share(y, atY)) * field.height,
  ];
  const lines = series.map(({ points }, index) => {
    const placed = points.map((point) => (point === undefined ? undefined : place(point)));
    const line = element('path', { class: 'line', d: pathOf(placed) });
    const marks = placed.flatMap((at) => (at === undefined ? [] : [markOf(index, ...at)]));
    const drawn = hasMarks && marks.length > 0 ? element('path', { d: marks.join('') }) : '';
    return element('g', { class: `s${index}` }, line + drawn);
  });
  const parts = [
    ...(heading === undefined ? [] : [write(field.x, field.y - 8, heading, { class: 'panel' })]),
    ...drawGrid(chart, field, isFirst),
    ...lines,
  ];
  return parts.join('\n');
}

/** Grid, numbers and names of the axes; those of the y axis stand at the first panel of a row. */
function drawGrid({ x, y }: LineChart, field: Field, isFirst: boolean): readonly string[] {
  const levels = y.ticks.map(({ at }) => {
    return `M${field.x} ${coordinate(field.y + (1 - share(y, at)) * field.height)}h${field.width}`;
  });
  const bottom = field.y + field.height;
  const shown = thinned(x, field.width);
  const marks = shown.map(({ at }) => `M${coordinate(across(field, x, at))} ${bottom}v4`);
  const texts = shown.map(({ at, text }) =>
    write(across(field, x, at), bottom + 18, text, { 'text-anchor': 'middle' }),
  );
  const middle = field.x + field.width / 2;
  const parts = [
    element('path', { class: 'grid', d: [...levels, ...marks].join('') }),
    ...texts,
    write(middle, bottom + 36, x.label, { 'text-anchor': 'middle' }),
  ];
  if (!isFirst) return parts;
  const numbers = y.ticks.map(({ at, text }) => {
    const level = field.y + (1 - share(y, at)) * field.height + 4;
    return write(field.x - 8, level, text, { 'text-anchor': 'end' });
  });
  return [...parts, ...numbers];
}

/** The ticks of an axis whose texts do not run into each other. */
function thinned(axis: ChartAxis, width: number): readonly Tick[] {
  const shown: Tick[] = [];
  let free = Number.NEGATIVE_INFINITY;
  for (const tick of axis.ticks) {
    const half = widthOf(tick.text) / 2;
    const centre = share(axis, tick.at) * (width - 2 * inset);
    if (centre - half < free) continue;
    shown.push(tick);
    free = centre + half + 6;
  }
  return shown;
}

function pathOf(points: readonly (readonly [number, number] | undefined)[]): string {
  let verb = 'M';
  return points
    .map((point) => {
      if (point === undefined) {
        verb = 'M';
        return '';
      }
      const [x, y] = point;
      const text = `${verb}${coordinate(x)} ${coordinate(y)}`;
      verb = 'L';
      return text;
    })
    .join('');
}

function across({ x, width }: Field, axis: ChartAxis, value: number): number {
  return x + inset + share(axis, value) * (width - 2 * inset);
}

/** Where a value lies between the ends of its axis, 0 to 1. */
function share({ least, most }: ChartAxis, value: number): number {
  return most === least ? 0.5 : (value - least) / (most - least);
}

function write(
  x: number,
  y: number,
  text: string,
  more: Readonly<Record<string, string>> = {},
): string {
  return element('text', { x, y, ...more }, escapeText(text));
}
