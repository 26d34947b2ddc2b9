import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { isLoopback, type SerialKind } from './kind.ts';
import { rawProtocol } from './protocol.ts';
import { bracketed, listen, remoteName, type SerialServer, type Welcome } from './tcp-server.ts';

const path = '/serial';
const messageBytesMax = 64 * 1024;

/**
 * The line as a WebSocket: the bytes are the messages, binary both ways (text is taken as UTF-8).
 * Pages of strangers are refused: a browser sends whose page it is.
 */
export async function openWebSocketServer(
  address: Extract<SerialKind, { host: string }>,
  { welcome }: { readonly welcome: Welcome },
): Promise<SerialServer> {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax });
  const http = createServer((_request, response) => {
    response.writeHead(404, { 'content-type': 'text/plain' });
    response.end(`Here is a WebSocket, at ${path}.\n`);
  });
  http.on('upgrade', (request, socket, head) => {
    const status = refusalOf(request, address.host);
    if (status !== undefined) {
      refuse(socket, status);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) =>
      welcome({
        name: `ws ${remoteName(request.socket)}`,
        stream: createWebSocketStream(webSocket),
        protocol: rawProtocol(),
      }),
    );
  });
  const { host, port } = await listen(http, address);
  const url = `ws://${bracketed(host)}:${port}${path}`;
  return {
    where: url,
    how: `websocat -b ${url}`,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets.clients) socket.terminate();
        http.closeAllConnections();
        http.close(() => resolve());
      }),
  };
}

function refusalOf(request: IncomingMessage, listeningAt: string): string | undefined {
  const { host, origin } = request.headers;
  if (request.url?.split('?')[0] !== path) return '404 Not Found';
  const named = hostOf(`http://${host}`);
  // A name that only leads to this machine is another site's trick.
  if (named === undefined || (isLoopback(listeningAt) && !isLoopback(named))) {
    return '403 Forbidden';
  }
  if (origin === undefined) return undefined;
  const page = hostOf(origin);
  const isOurs = page !== undefined && (page === named || (isLoopback(page) && isLoopback(named)));
  return isOurs ? undefined : '403 Forbidden';
}

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).hostname.replace(/^\[|\]$/g, '') : undefined;
}

function refuse(socket: Duplex, status: string): void {
  socket.on('error', () => undefined);
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
