import { createWebSocketStream } from 'ws';
import { SerialClient } from '../serial-servers/client.ts';
import { rawProtocol } from '../serial-servers/protocol.ts';
import { SharedLine } from '../serial-servers/shared-line.ts';
import type { Desk } from './desk.ts';
import type { Routes } from './route.ts';

/** The serial console over a WebSocket. */
export function addSerial(routes: Routes, desk: Desk): void {
  routes.addFile({
    method: 'GET',
    path: '/serial',
    tag: 'board',
    summary: 'The serial console as a WebSocket',
    description:
      'Each message of the board is binary, a piece of its output from now on; each message to it, ' +
      'text or binary, is typed there. A client that does not read loses output, not the bench.',
    webSocket: 'Bytes both ways; text counts as UTF-8.',
    connect: (socket) => {
      const line = new SharedLine(desk.live);
      const stream = createWebSocketStream(socket);
      const client = new SerialClient({ name: 'bench api', stream, protocol: rawProtocol(), line });
      client
        .run()
        // Where the bench ends, so does the connection.
        .catch(() => socket.terminate())
        .finally(() => line.close());
    },
  });
}
