import { ShownRecorder } from '../parts/shown-secrets.ts';
import { pictureOfLastDrawing } from '../peers/terminal-picture.ts';
import { microsecond } from '../waves/timescale.ts';
import { boardAnswer, boardOf } from './board.ts';
import type { Desk } from './desk.ts';
import { problem } from './problems.ts';
import type { Routes } from './route.ts';
import { linesOf, ndjson } from './trace.ts';

const tag = 'artefacts';

/** Files to keep: what is attached to a bug report or kept by a CI job. */
export function addArtefacts(routes: Routes, desk: Desk): void {
  routes.addFile({
    method: 'GET',
    path: '/artefacts/trace.jsonl',
    tag,
    summary: 'The trace so far, as `nasboard run --trace` writes it',
    media: ndjson,
    handle: () =>
      desk.act(({ traceHeader, trace }) => ({ content: linesOf(traceHeader, [...trace.records]) })),
  });
  routes.addFile({
    method: 'GET',
    path: '/artefacts/console.txt',
    tag,
    summary:
      'What the console has said since power-on, without what is shown once and to nobody else',
    media: 'text/plain; charset=utf-8',
    handle: () =>
      desk.act(({ board }) => ({ content: new ShownRecorder().take(board.uart.output) })),
  });
  routes.addFile({
    method: 'GET',
    path: '/artefacts/qr.png',
    tag,
    summary: 'The QR code last drawn on the console since power-on, as a camera sees it',
    media: 'image/png',
    problems: ['not-found'],
    handle: async () => {
      const output = await desk.act(({ board }) => board.uart.output);
      const picture = pictureOfLastDrawing(output);
      if (picture === undefined) {
        return problem('not-found', { detail: 'No QR code was drawn there.' });
      }
      const { PNG } = (await import('pngjs')).default;
      const png = new PNG({ width: picture.width, height: picture.height });
      png.data = Buffer.from(picture.data);
      return { content: PNG.sync.write(png) };
    },
  });
  routes.addFile({
    method: 'GET',
    path: '/artefacts/waves.vcd',
    tag,
    summary: 'The waveforms of the trace so far (IEEE 1364), for GTKWave, PulseView or Surfer',
    media: 'text/plain; charset=utf-8',
    handle: async () => {
      const { writeTraceAsVcd } = await import('../waves/trace-vcd.ts');
      return desk.act(({ traceHeader: header, trace: { records } }) => {
        const pieces: Uint8Array[] = [];
        const write = (bytes: Uint8Array): void => void pieces.push(Uint8Array.from(bytes));
        writeTraceAsVcd({ header, records }, { write, timescale: microsecond });
        return { content: Buffer.concat(pieces) };
      });
    },
  });
  routes.add({
    method: 'GET',
    path: '/artefacts/board.json',
    tag,
    summary: 'The same as `GET /board`',
    answer: boardAnswer,
    handle: () => desk.act(() => boardOf(desk)),
  });
}
