import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runFiles } from '#sim/cli/run-files';
import { fakeRunIo } from './run-io.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'nasboard-coverage-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

interface Report {
  readonly charts: readonly {
    readonly name: string;
    readonly states: readonly { readonly id: string; readonly entered: number }[];
    readonly transitions: readonly { readonly id: string; readonly taken: number }[];
  }[];
}

async function coverageOf(holds: string) {
  const file = join(folder, 'hold.yaml');
  writeFileSync(
    file,
    `name: hold\nversion: 1\nsteps:\n  - wait-serial: "login:"\n  - press: { hold: ${holds} }\n  - delay: 5s\n`,
  );
  const out = join(folder, 'coverage');
  const io = fakeRunIo();
  expect(await runFiles([file], { coverage: out }, io)).toBe(0);
  const report = JSON.parse(readFileSync(join(out, 'coverage.json'), 'utf8')) as Report;
  const button = report.charts.find(({ name }) => name === 'reset-button');
  return {
    said: io.told.out,
    page: readFileSync(join(out, 'index.html'), 'utf8'),
    entered: (id: string) => button?.states.find((state) => state.id === id)?.entered,
    taken: (id: string) => button?.transitions.find((each) => each.id === id)?.taken,
  };
}

describe('--coverage', () => {
  it('adds up what the charts did in all cases', async () => {
    const { entered, taken } = await coverageOf('[1s, 3s]');
    // Entered twice by a press, and once more when three seconds had passed.
    expect(entered('held')).toBe(3);
    expect(taken('released/button.pressed/1')).toBe(2);
    expect(taken('released/button.pressed/2')).toBe(0);
  });

  it('says in a line how much was reached, and where the page is', async () => {
    const { said, page } = await coverageOf('3s');
    const [, states] =
      /^coverage: states (\d+) of \d+, transitions .*index\.html$/m.exec(said) ?? [];
    expect(Number(states)).toBeGreaterThan(8);
    expect(page).toContain('<h1>Coverage of the state charts</h1>');
  });
});
