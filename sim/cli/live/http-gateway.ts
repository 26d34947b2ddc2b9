import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HalError, type HalErrorCode } from '#hal/errors';
import type {
  HostGateway,
  HostListener,
  HttpResponse,
  WireRequest,
} from '../../parts/http-port.ts';

/** Where ports of the board are opened on this machine. */
export interface HttpGatewayOptions {
  /** The address. */
  readonly host: string;
  /** The port that stands for whichever the board opens; the same number unless told otherwise. */
  readonly port?: number | undefined;
  /** Has something happen in the world at the present instant. */
  act<T>(stimulus: () => Promise<T>): Promise<T>;
  /** Hears of each port that was opened, or why one was not. */
  readonly onOutcome: (outcome: HostListener | HalError) => void;
}

type Dispatch = Parameters<HostGateway>[1];

/** Larger bodies are refused before the board hears of them. */
const bodyBytesMax = 1024 * 1024;

/** A client that dawdles is cut off; one that waits for the board may wait as long as it likes. */
const limits = {
  maxHeaderSize: 16 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
};
const connectionsMax = 512;

/** Opens ports of this machine for those of the board, with true sockets. */
export function createHttpGateway(options: HttpGatewayOptions): HostGateway {
  const { host, onOutcome } = options;
  let isFree: Promise<unknown> = Promise.resolve();
  return async (boardPort, dispatch) => {
    await isFree;
    const server = createServer(limits, (request, response) => {
      // Where the world has ended, so has the board, and with it the connection.
      answer({ request, response, dispatch, options }).catch(() => response.destroy());
    });
    server.maxConnections = connectionsMax;
    try {
      const listener = await listenAt(server, { host, port: options.port ?? boardPort });
      const opened: HostListener = {
        ...listener,
        close: () => {
          const closed = listener.close();
          isFree = closed;
          return closed;
        },
      };
      onOutcome(opened);
      return opened;
    } catch (error) {
      if (error instanceof HalError) onOutcome(error);
      throw error;
    }
  };
}

/** Listens; rejects with a `HalError`. */
async function listenAt(
  server: Server,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<HostListener> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const { code, text } = problemOf(cause, port);
      reject(new HalError(code, 'network', text, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const { address, port: actual } = server.address() as AddressInfo;
  let closed: Promise<void> | undefined;
  return {
    address,
    port: actual,
    hangUp: () => server.closeAllConnections(),
    close: () => (closed ??= close(server)),
  };
}

/** What the board has answered already still goes out. */
async function close(server: Server): Promise<void> {
  server.close();
  await new Promise((resolve) => void setImmediate(resolve));
  server.closeAllConnections();
}

function problemOf(
  { code, message }: NodeJS.ErrnoException,
  port: number,
): { readonly code: HalErrorCode; readonly text: string } {
  if (code === 'EADDRINUSE') return { code: 'busy', text: `port ${port} is taken` };
  if (code === 'EACCES') return { code: 'permission', text: `nobody may listen at port ${port}` };
  return { code: 'io', text: message };
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly dispatch: Dispatch;
  readonly options: HttpGatewayOptions;
}

async function answer({ request, response, dispatch, options }: Exchange): Promise<void> {
  const body = await wholeBody(request);
  if (body === 'too-large') {
    response.writeHead(413, { connection: 'close' }).end();
    return;
  }
  const wire = wireRequestOf(request, body);
  const answered = await options.act(() => dispatch(wire));
  // A client that has gone meanwhile is no error.
  if (!response.destroyed) send(response, answered);
}

/** Rejects where the client goes away in the middle of it. */
async function wholeBody(request: IncomingMessage): Promise<Uint8Array | undefined | 'too-large'> {
  const { 'content-length': length, 'transfer-encoding': coding } = request.headers;
  if (length === undefined && coding === undefined) return undefined;
  if (Number(length ?? 0) > bodyBytesMax) return 'too-large';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Uint8Array).length;
    if (bytes > bodyBytesMax) return 'too-large';
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

/** Fields that are about the connection, or about how the body came. */
const onTheWay: ReadonlySet<string> = new Set([
  'connection',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

function wireRequestOf(request: IncomingMessage, body: Uint8Array | undefined): WireRequest {
  const headers = Object.entries(request.headers).flatMap(([name, value]) => {
    if (value === undefined || onTheWay.has(name)) return [];
    return [[name, Array.isArray(value) ? value.join(', ') : value]];
  });
  const { method = 'GET', url = '/', socket } = request;
  return {
    method,
    url,
    headers: Object.fromEntries(headers) as Readonly<Record<string, string>>,
    from: (socket.remoteAddress ?? 'unknown').replace(/^::ffff:(?=\d+\.)/, ''),
    ...(body !== undefined && { body }),
  };
}

function send(response: ServerResponse, { status, headers, bytes }: HttpResponse): void {
  // The board's own time goes out, or none.
  response.sendDate = false;
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
  response.statusCode = status;
  response.end(bytes);
}
