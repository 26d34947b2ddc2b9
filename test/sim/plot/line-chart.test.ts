import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { describe, expect, test } from 'vitest';
import { drawLineChart, type LineChart } from '#sim/plot/line-chart';
import { roundTicks } from '#sim/plot/ticks';

const chart: LineChart = {
  title: 'How <far> & "wide"\u0001',
  description: 'Nothing much.',
  legend: 'interval',
  x: {
    label: 'drift',
    least: -50,
    most: 50,
    ticks: [-50, 0, 50].map((at) => ({ at, text: `${at}ppm` })),
  },
  y: { label: 'refused', least: 0, most: 10, ticks: roundTicks(0, 10) },
  panels: ['window 0', 'window 1'].map((heading) => ({
    heading,
    series: [
      {
        name: '1h',
        points: [
          [-50, 0],
          [0, 5],
          [50, 10],
        ],
      },
      { name: '7d', points: [[-50, 1], undefined, [50, 2]] },
    ],
  })),
};

/** Every attribute value of the picture, by name. */
function attributesOf(svg: string, name: string): readonly string[] {
  return [...svg.matchAll(new RegExp(` ${name}="([^"]*)"`, 'g'))].map(([, value = '']) => value);
}

describe('a chart', () => {
  const svg = drawLineChart(chart);

  test('is well-formed, whatever its texts hold', () => {
    expect(XMLValidator.validate(svg)).toBe(true);
    const { svg: root } = new XMLParser().parse(svg) as {
      svg: { title: { '#text': string } | string };
    };
    expect(JSON.stringify(root.title)).toContain('How <far> & ');
    expect(svg).not.toContain('\u0001');
  });

  test('says what it is to whoever does not see it', () => {
    expect(svg).toMatch(/ role="img" aria-labelledby="title description">\n<title id="title">/);
    expect(svg).toContain('<desc id="description">Nothing much.</desc>');
  });

  test('needs nothing but itself', () => {
    expect(svg.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|url\(|@import|<script|href/,
    );
  });

  test('has colours for the light and for the dark that can be read', () => {
    const [light = '', dark = ''] = svg.split('@media (prefers-color-scheme:dark)');
    for (const sheet of [
      light.slice(light.indexOf('<style>')),
      dark.slice(0, dark.indexOf('</style>')),
    ]) {
      const ground = colour(/\.ground{fill:(#\w+)}/, sheet);
      expect(contrast(ground, colour(/text{fill:(#\w+)}/, sheet))).toBeGreaterThan(7);
      const series = [...sheet.matchAll(/\.s\d{stroke:(#\w+)/g)].map(([, found = '']) => found);
      expect(series).toHaveLength(6);
      for (const each of series) expect(contrast(ground, each)).toBeGreaterThan(4.5);
    }
  });

  test('tells its series apart without colour', () => {
    expect(svg).toContain('.s1 path.line{stroke-dasharray:');
    expect(svg).not.toContain('.s0 path.line{stroke-dasharray:');
  });

  test('draws to scale, and breaks a line where a point is missing', () => {
    const lines = attributesOf(svg, 'd').filter(
      (d) => /^M[\d.]+ [\d.]+[LM]/.test(d) && !d.includes('Z'),
    );
    expect(lines).toEqual([
      'M88 274L204 184L320 94',
      'M88 256M320 238',
      'M400 274L516 184L632 94',
      'M400 256M632 238',
    ]);
  });

  test('leaves out numbers that would run into each other', () => {
    const ticks = Array.from({ length: 40 }, (_, at) => ({ at, text: `${at}0000ppm` }));
    const crowded = drawLineChart({ ...chart, x: { label: 'x', least: 0, most: 39, ticks } });
    const [first = ''] = crowded.split('window 1');
    const shown = ticks.filter(({ text }) => first.includes(`>${text}<`));
    expect(shown.length).toBeGreaterThan(2);
    expect(shown.length).toBeLessThan(6);
  });

  test('puts more than three panels into rows', () => {
    const panels = Array.from({ length: 4 }, () => chart.panels[0] ?? { heading: '', series: [] });
    const [, , width = 0, height = 0] = (
      attributesOf(drawLineChart({ ...chart, panels }), 'viewBox')[0] ?? ''
    )
      .split(' ')
      .map(Number);
    expect([width, height]).toEqual([988, 574]);
  });
});

test.each([
  [0, 10, ['0', '2', '4', '6', '8', '10']],
  [0, 0, ['0', '0.2', '0.4', '0.6', '0.8', '1']],
  [-3, 17, ['-5', '0', '5', '10', '15', '20']],
  [0, 0.3, ['0', '0.1', '0.2', '0.3']],
  [0, 97_000, ['0', '20000', '40000', '60000', '80000', '100000']],
])('round numbers span %d to %d', (least, most, texts) => {
  expect(roundTicks(least, most).map(({ text }) => text)).toEqual(texts);
});

function colour(expression: RegExp, sheet: string): string {
  const [, found] = expression.exec(sheet) ?? [];
  if (found === undefined) throw new Error(`no ${expression} in the style sheet`);
  return found;
}

/** WCAG 2: from 1 to 21. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [one, other].map(luminance).sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

function luminance(hex: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((place) => {
    const share = Number.parseInt(hex.slice(place, place + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
