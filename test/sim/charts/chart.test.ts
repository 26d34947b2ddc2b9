import { setup } from 'xstate';
import { describe, expect, it } from 'vitest';
import { readChart } from '#sim/charts/chart';
import { toMermaid } from '#sim/charts/mermaid';
import { drawChart } from '#sim/charts/picture';

const lamp = setup({
  guards: { isDark: () => true },
  actions: { tell: () => undefined, light: () => undefined },
  delays: { patience: 10 },
}).createMachine({
  id: 'lamp',
  initial: 'off',
  on: { broken: '.dead' },
  states: {
    off: { on: { pressed: [{ guard: 'isDark', target: 'on', actions: 'tell' }, {}] } },
    on: {
      entry: 'light',
      initial: 'bright',
      after: { patience: 'off' },
      on: { dimmed: '.dim' },
      states: { bright: { always: { guard: () => false, target: 'dim' } }, dim: {} },
    },
    dead: { type: 'final' },
  },
});

describe('a machine read as a chart', () => {
  const chart = readChart(lamp);

  it('has its states, each before the ones inside it', () => {
    expect(chart.states.map(({ id, parent, isInitial }) => [id, parent, isInitial])).toEqual([
      ['off', undefined, true],
      ['on', undefined, false],
      ['on.bright', 'on', true],
      ['on.dim', 'on', false],
      ['dead', undefined, false],
    ]);
    expect(chart.states.find(({ id }) => id === 'on')?.entry).toEqual(['light']);
  });

  it('has its transitions with what causes them, what must hold and what is done', () => {
    const told = chart.transitions.map(({ from, to, kind, cause, guard, actions }) =>
      [from, to, kind, cause, guard, ...actions].map((word) => word ?? '-').join(' '),
    );
    expect(told).toEqual([
      '- dead event broken -',
      'off on event pressed isDark tell',
      'off - event pressed -',
      'on on.dim event dimmed -',
      'on off after patience -',
      'on.bright on.dim always - a condition',
    ]);
  });

  it('names each transition, unlike any other', () => {
    const ids = chart.transitions.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain('off/pressed/1');
    expect(ids).toContain('on/patience/1');
  });

  it('is written for Mermaid', () => {
    expect(toMermaid(chart)).toBe(`stateDiagram-v2
  state "off" as off
  state "on<br/>entry / light" as on {
    state "bright" as on_bright
    state "dim" as on_dim
    [*] --> on_bright
    state "any of these" as on_any
    on_any --> on_dim : dimmed
    on_bright --> on_dim : [a condition]
  }
  state "dead" as dead
  [*] --> off
  state "any of these" as any
  any --> dead : broken
  off --> on : pressed [isDark] / tell
  off --> off : pressed
  on --> off : after patience
  dead --> [*]
`);
  });

  it('is drawn with every state and every transition, each with its mark', async () => {
    const svg = await drawChart(chart, {
      state: ({ id }) => ({ className: 'seen', tooltip: `<${id}>` }),
    });
    for (const { id } of chart.states) expect(svg).toContain(`id="state-${id}"`);
    for (const { id } of chart.transitions) expect(svg).toContain(`id="way-${id}"`);
    expect(svg.match(/class="(?:node|cluster) seen"/g)).toHaveLength(chart.states.length);
    expect(svg).toContain('&lt;on.dim&gt;');
  });
});
