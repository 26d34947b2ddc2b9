import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { firmwareMachines } from '#sim/charts/machines';
import { chartPages } from '#sim/charts/pages';

const folder = new URL('../../../docs/charts/', import.meta.url);

describe('the charts in the documentation', () => {
  it.each(chartPages())('are as the machines are; else: npm run charts ($file)', (page) => {
    expect(readFileSync(new URL(page.file, folder), 'utf8')).toBe(page.text);
  });

  it('are all there is', () => {
    expect(readdirSync(folder).toSorted()).toEqual(
      chartPages()
        .map(({ file }) => file)
        .toSorted(),
    );
  });

  it.each(firmwareMachines)('name the source: $source', ({ machine, source }) => {
    const text = readFileSync(new URL(`../../../${source}`, import.meta.url), 'utf8');
    expect(text).toContain(`id: '${machine.id}'`);
  });
});
