import { Readable } from 'node:stream';
import type { TraceHeader, TraceRecord } from '../kernel/trace.ts';
import type { Desk } from './desk.ts';
import type { Routes } from './route.ts';
import { isWanted, traceQuery } from './trace-filter.ts';
import { TraceStream } from './trace-stream.ts';

/** The media type of a trace: a JSON text a line. */
export const ndjson = 'application/x-ndjson';

/** So many lines are made at once. */
const linesAtOnce = 500;

/** What happened, so far and from now on. */
export function addTrace(routes: Routes, desk: Desk): void {
  routes.addFile({
    method: 'GET',
    path: '/trace',
    tag: 'trace',
    summary: 'All that happened: as a file so far, as a WebSocket from now on',
    description:
      'Over HTTP the answer is a trace file, or what of it the filter lets through. Over a ' +
      'WebSocket each message is one record of it, the header first. `since` is `start`, `now`, ' +
      'µs since the epoch or a time; a file begins at the start, a stream now, unless told ' +
      'otherwise. A reader that is too slow loses records, and is told so by ' +
      '`{"source": "stream", "kind": "lost", "count": N}` at their place. Where another bench ' +
      'takes the place of this one, `{"source": "bench", "kind": "replaced"}` and its header follow.',
    query: traceQuery,
    media: ndjson,
    webSocket: 'A record a message, as JSON; what a client sends is not read.',
    handle: async ({ query }) => {
      const { since: sinceUs = Number.NEGATIVE_INFINITY } = query;
      const { header, records } = await desk.act(({ trace, traceHeader }) => ({
        header: traceHeader,
        records: [...trace.records],
      }));
      const wanted = records.filter((record) => record.t >= sinceUs && isWanted(record, query));
      return { content: linesOf(header, wanted) };
    },
    connect: (socket, query) => {
      const stream = new TraceStream(query, (text, taken) => socket.send(text, taken));
      const stop = desk.live.withBench((bench) => stream.follow(bench));
      socket.on('close', stop);
    },
  });
}

/** A trace file, made while it is sent. */
export function linesOf(header: TraceHeader, records: readonly TraceRecord[]): Readable {
  return Readable.from(pieces(header, records));
}

function* pieces(header: TraceHeader, records: readonly TraceRecord[]): Generator<string> {
  yield `${JSON.stringify(header)}\n`;
  for (let place = 0; place < records.length; place += linesAtOnce) {
    const some = records.slice(place, place + linesAtOnce);
    yield some.map((record) => `${JSON.stringify(record)}\n`).join('');
  }
}
