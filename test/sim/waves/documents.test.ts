import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { createBench } from '#sim/bench';
import { BoardWaves } from '#sim/waves/board-waves';
import { gtkwaveView } from '#sim/waves/gtkwave-view';
import { boardSignals } from '#sim/waves/signals';
import { picturedSignals, WavePicture } from '#sim/waves/wave-picture';

function fileAt(name: string): string {
  return fileURLToPath(new URL(`../../../docs/${name}`, import.meta.url));
}

/** `npx vitest run test/sim/waves/documents.test.ts -u` writes them anew. */
describe('what the documents show is what there is', () => {
  test('the view for GTKWave has every signal', async () => {
    await expect(gtkwaveView()).toMatchFileSnapshot(fileAt('examples/nasboard.gtkw'));
  });

  test('the reference has a line for each signal', () => {
    const text = readFileSync(fileAt('reference/waveforms.md'), 'utf8');
    const rows = boardSignals.map(
      ({ name, kind, means }) => `| \`${name}\` | ${kind} | ${means} |`,
    );
    const table = text.slice(text.indexOf('| signal |'));
    expect(table.split('\n').slice(2, 2 + rows.length)).toEqual(rows);
  });

  let records: readonly Parameters<BoardWaves['take']>[0][] = [];
  let startUs = 0;
  let endUs = 0;
  beforeAll(async () => {
    const bench = createBench({ seed: 5 });
    bench.board.powerOn();
    await bench.world.runFor(3_000_000);
    bench.board.resetButton.hold(3_000_000, { edges: 11, withinUs: 12_000 });
    await bench.world.runFor(8_000_000);
    ({ records } = bench.trace);
    ({ startUs, nowUs: endUs } = bench.world);
    bench.stop();
  });

  test.each([
    ['guides/waves-hold.svg', 'RESET held for three seconds', {}, []],
    [
      'guides/waves-bounce.svg',
      'The same press: the contact bounces, the filter waits for 20 ms of rest',
      { fromUs: 2_990_000, toUs: 3_050_000 },
      ['reset', 'reset_debounced', 'reset_button'],
    ],
  ])('the picture %s', async (file, title, window, signals) => {
    const shown = signals.length === 0 ? picturedSignals : signals;
    const picture = new WavePicture({ title, ...window, signals: shown });
    const waves = new BoardWaves(startUs, picture);
    for (const record of records) if (record.t <= endUs) waves.take(record);
    await expect(picture.draw(waves.finish(endUs))).toMatchFileSnapshot(fileAt(file));
  });
});
