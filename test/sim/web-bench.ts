import type { IncomingMessage, ServerResponse } from 'node:http';
import { Bench } from '#sim/bench';
import { SimBoard } from '#sim/board';
import { World } from '#sim/kernel/world';

/** A request as the firmware has got it. */
export interface Asked {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
  readonly from: string | undefined;
}

/** What firmware answers. */
export type Answering = (asked: Asked, response: ServerResponse) => void;

/** A bench whose firmware does nothing but answer HTTP as the test says. */
export class WebBench {
  readonly bench: Bench;
  readonly asked: Asked[] = [];
  answer: Answering = (_, response) => response.end();

  /** Powers the board on: it listens at 8080. */
  constructor() {
    const world = new World();
    const board = new SimBoard(world);
    this.bench = new Bench(world, board, {});
    board.install(({ network }) => {
      void network.listen(8080, (request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          const { method = '', url = '', headers, socket } = request;
          const asked = { method, url, headers, body, from: socket.remoteAddress };
          this.asked.push(asked);
          this.answer(asked, response);
        });
      });
      return { stop: () => undefined };
    });
    board.powerOn();
  }
}

/** Answers a document of the QTS API. */
export function xmlWith(inside: string): Answering {
  return (_, response) => {
    response.setHeader('content-type', 'text/xml');
    response.end(`<?xml version="1.0"?><QDocRoot version="1.0">${inside}</QDocRoot>`);
  };
}

/** Answers JSON. */
export function jsonOf(value: unknown): Answering {
  return (_, response) => {
    response.setHeader('content-type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(value));
  };
}
