/** Colours of the series, in the light and in the dark; each 4.5:1 or more on its ground. */
const seriesColours: readonly (readonly [light: string, dark: string])[] = [
  ['#0057b8', '#7ab8ff'],
  ['#a63c00', '#ffab66'],
  ['#00694a', '#5fd3a2'],
  ['#7a1fa2', '#d5a6ff'],
  ['#8a6100', '#f0d050'],
  ['#b3003c', '#ff9fb5'],
];

/** Tell the lines apart without colour. */
const dashes = ['', '7 3', '2 3', '9 3 2 3', '4 4', '12 4'];

/** How many series can be told apart. */
export const seriesMax = seriesColours.length;

/** The picture's own style sheet: it follows what the reader's screen prefers, light or dark. */
export function styleSheet(): string {
  const dashed = dashes.map((dash, place) => {
    return dash === '' ? '' : `.s${place} path.line{stroke-dasharray:${dash}}`;
  });
  return [
    'text{font:12px system-ui,sans-serif;stroke:none}',
    '.head{font-size:15px;font-weight:600}',
    '.panel{font-weight:600}',
    'path.line{fill:none;stroke-width:2;stroke-linejoin:round}',
    '.grid{stroke-width:1;fill:none}',
    ...dashed,
    scheme(0, { ground: '#ffffff', ink: '#1f2328', grid: '#d1d9e0' }),
    `@media (prefers-color-scheme:dark){${scheme(1, { ground: '#0d1117', ink: '#e6edf3', grid: '#3d444d' })}}`,
  ].join('');
}

function scheme(
  which: 0 | 1,
  { ground, ink, grid }: { readonly ground: string; readonly ink: string; readonly grid: string },
): string {
  const series = seriesColours.map((pair, place) => {
    return `.s${place}{stroke:${pair[which]};fill:${pair[which]}}`;
  });
  return `.ground{fill:${ground}}text{fill:${ink}}.grid{stroke:${grid}}${series.join('')}`;
}

/** A mark of a series, drawn around a point: shapes differ, as colours do. */
export function markOf(series: number, x: number, y: number): string {
  const at = (dx: number, dy: number): string => `${round(x + dx)} ${round(y + dy)}`;
  const closed = (...corners: readonly (readonly [number, number])[]): string =>
    `M${corners.map(([dx, dy]) => at(dx, dy)).join('L')}Z`;
  switch (series % 4) {
    case 0:
      return `M${at(-4, 0)}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z`;
    case 1:
      return closed([-3.5, -3.5], [3.5, -3.5], [3.5, 3.5], [-3.5, 3.5]);
    case 2:
      return closed([0, -4.5], [4.5, 3.5], [-4.5, 3.5]);
    default:
      return closed([0, -5], [5, 0], [0, 5], [-5, 0]);
  }
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
