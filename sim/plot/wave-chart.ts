import { coordinate, element, escapeText } from './svg.ts';
import { styleSheet } from './style.ts';
import { roundTicks } from './ticks.ts';

/** A value from an instant on; undefined is unknown. */
export interface WaveStep {
  readonly atUs: number;
  readonly value: 0 | 1 | string | undefined;
}

/** One line of a picture. */
export interface WaveRow {
  readonly name: string;
  /** `bit`: a level. `text`: what the value is called. */
  readonly kind: 'bit' | 'text';
  /** Which of the colours, 0 to 5. */
  readonly colour: number;
  /** In the order of time; the first one not after the beginning of the picture. */
  readonly steps: readonly WaveStep[];
}

/** Signals one above the other over a common axis of time. */
export interface WaveChart {
  readonly title: string;
  /** What a reader who does not see the picture is told. */
  readonly description: string;
  readonly fromUs: number;
  readonly toUs: number;
  readonly rows: readonly WaveRow[];
}

const left = 168;
const width = 680;
const right = 20;
const top = 44;
const rowHeight = 34;
const levelHeight = 20;
const below = 46;

/** Changes that follow each other closer than this are drawn as one block. */
const leastGap = 1.5;

/** Half the slope at the ends of a named segment. */
const slope = 3;

interface Span {
  readonly fromX: number;
  readonly toX: number;
  /** Absent in a block of changes that are too close to be told apart. */
  readonly step: WaveStep | undefined;
}

/** Draws waveforms as SVG: it needs nothing but itself, and reads in the light and in the dark. */
export function drawWaveChart(chart: WaveChart): string {
  const { title, description, rows } = chart;
  const height = top + rows.length * rowHeight + below;
  const total = left + width + right;
  return `${element(
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${total} ${height}`,
      width: total,
      height,
      role: 'img',
      'aria-labelledby': 'title description',
    },
    [
      '',
      element('title', { id: 'title' }, escapeText(title)),
      element('desc', { id: 'description' }, escapeText(description)),
      element('style', {}, `${styleSheet()}${ownStyle}`),
      element('rect', { class: 'ground', width: '100%', height: '100%' }),
      element('text', { x: 16, y: 24, class: 'head' }, escapeText(title)),
      drawAxis(chart, top + rows.length * rowHeight),
      ...rows.map((row, place) => drawRow(chart, row, top + place * rowHeight)),
      '',
    ].join('\n'),
  )}\n`;
}

const ownStyle = [
  'path.wave{fill:none;stroke-width:1.5;stroke-linejoin:round}',
  'path.unknown{fill:none;stroke-width:1.5;stroke-dasharray:2 3}',
  'path.busy{stroke:none;opacity:.7}',
  'text.state{font-size:11px}',
].join('');

function drawRow(chart: WaveChart, row: WaveRow, y: number): string {
  const spans = spansOf(chart, row.steps);
  const name = element(
    'text',
    { x: left - 12, y: y + 18, 'text-anchor': 'end' },
    escapeText(row.name),
  );
  const drawn = row.kind === 'bit' ? drawBits(spans, y) : drawStates(spans, y);
  return element('g', { class: `s${row.colour}` }, name + drawn);
}

/** Wide enough to be seen. */
function blockOf({ fromX, toX }: Span, high: number): string {
  const to = coordinate(Math.max(toX, fromX + leastGap));
  return `M${coordinate(fromX)} ${high}H${to}V${high + levelHeight}H${coordinate(fromX)}Z`;
}

function drawBits(spans: readonly Span[], y: number): string {
  const high = y + 4;
  const low = high + levelHeight;
  let wave = '';
  let unknown = '';
  let busy = '';
  let isDrawing = false;
  for (const span of spans) {
    const { fromX, toX, step } = span;
    const [from, to] = [coordinate(fromX), coordinate(toX)];
    if (step === undefined) {
      busy += blockOf(span, high);
      isDrawing = false;
    } else if (step.value === undefined) {
      unknown += `M${from} ${high + levelHeight / 2}H${to}`;
      isDrawing = false;
    } else {
      const level = step.value === 1 ? high : low;
      wave += isDrawing ? `V${level}H${to}` : `M${from} ${level}H${to}`;
      isDrawing = true;
    }
  }
  return path('busy', busy) + path('unknown', unknown) + path('wave', wave);
}

function drawStates(spans: readonly Span[], y: number): string {
  const high = y + 4;
  const low = high + levelHeight;
  const middle = high + levelHeight / 2;
  let wave = '';
  let busy = '';
  const texts: string[] = [];
  for (const span of spans) {
    const { fromX, toX, step } = span;
    const [from, to] = [coordinate(fromX), coordinate(toX)];
    if (step === undefined) {
      busy += blockOf(span, high);
      continue;
    }
    const text = String(step.value ?? '');
    if (text === '') {
      wave += `M${from} ${middle}H${to}`;
      continue;
    }
    const bend = Math.min(slope, (toX - fromX) / 2);
    const [inner, outer] = [coordinate(fromX + bend), coordinate(toX - bend)];
    wave += `M${from} ${middle}L${inner} ${high}H${outer}L${to} ${middle}L${outer} ${low}H${inner}Z`;
    const shown = fitted(text, toX - fromX - 4 * slope);
    if (shown === '') continue;
    const at = { x: (fromX + toX) / 2, y: middle + 4, 'text-anchor': 'middle', class: 'state' };
    texts.push(element('text', at, escapeText(shown)));
  }
  return path('busy', busy) + path('wave', wave) + texts.join('');
}

/** What is drawn from where to where; changes too close to be seen become blocks. */
function spansOf({ fromUs, toUs }: WaveChart, steps: readonly WaveStep[]): readonly Span[] {
  const xOf = (atUs: number): number =>
    left + (Math.min(Math.max(atUs - fromUs, 0), toUs - fromUs) / (toUs - fromUs)) * width;
  const spans: Span[] = [];
  for (const [place, step] of steps.entries()) {
    const nextUs = steps[place + 1]?.atUs ?? toUs;
    if (nextUs <= fromUs || step.atUs > toUs) continue;
    const span: Span = { fromX: xOf(step.atUs), toX: xOf(nextUs), step };
    const before = spans.at(-1);
    const isShort = span.toX - span.fromX < leastGap && place + 1 < steps.length;
    if (isShort && before?.step === undefined && before !== undefined) {
      spans[spans.length - 1] = { ...before, toX: span.toX };
    } else if (isShort) {
      spans.push({ ...span, step: undefined });
    } else {
      spans.push(span);
    }
  }
  return spans;
}

function drawAxis({ fromUs, toUs, rows }: WaveChart, bottom: number): string {
  const isShort = toUs - fromUs < 1_000_000;
  const unitUs = isShort ? 1_000 : 1_000_000;
  const ticks = roundTicks(fromUs / unitUs, toUs / unitUs).filter(
    ({ at }) => at * unitUs >= fromUs && at * unitUs <= toUs,
  );
  const marks = ticks.map(({ at, text }) => {
    const x = left + ((at * unitUs - fromUs) / (toUs - fromUs)) * width;
    return {
      line: `M${coordinate(x)} ${top}V${bottom + 4}`,
      text: element('text', { x, y: bottom + 18, 'text-anchor': 'middle' }, escapeText(text)),
    };
  });
  const label = `time, ${isShort ? 'ms' : 's'}`;
  const unit = element(
    'text',
    { x: left + width / 2, y: bottom + 36, 'text-anchor': 'middle' },
    label,
  );
  const lines = rows.length === 0 ? '' : marks.map(({ line }) => line).join('');
  return path('grid', lines) + marks.map(({ text }) => text).join('') + unit;
}

function path(kind: string, d: string): string {
  return d === '' ? '' : element('path', { class: kind, d });
}

/** As much of a text as there is room for; nothing where that says nothing. */
function fitted(text: string, room: number): string {
  const letters = Math.floor(room / 6.2);
  const plain = text.replaceAll(/\s+/g, ' ').trim();
  if (plain.length <= letters) return plain;
  return letters < 4 ? '' : `${plain.slice(0, letters - 1)}…`;
}
