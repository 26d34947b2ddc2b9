import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { inject, type DispatchFunc, type InjectOptions } from 'light-my-request';
import type { HttpResponse, OnRequest, WireRequest } from './http-port.ts';

/** Who is called in the course of an exchange. */
export interface ExchangeEnds {
  readonly onRequest: OnRequest;
  /** The last byte of the answer has left, before firmware hears that it has. */
  readonly onLeft: (status: number) => void;
}

/**
 * Has firmware answer one request, without a socket. All of it is done in microtasks and ticks, so
 * that a world can tell when it has come to rest. Rejects where firmware drops the connection.
 */
export async function exchange(
  { method = 'GET', url, headers = {}, body, from }: WireRequest,
  ends: ExchangeEnds,
): Promise<HttpResponse> {
  const bytes = body === undefined ? undefined : Buffer.from(body as string);
  const fields = bytes === undefined ? headers : withLength(headers, bytes.length);
  const answer = await inject(asDispatch(url, ends), {
    method: method as NonNullable<InjectOptions['method']>,
    // The true one is put in as it is: the library would tidy it up.
    url: '/',
    remoteAddress: from,
    headers: { 'user-agent': '', ...fields },
    payload: wholeStream(bytes),
    // Any method may come: firmware says what it thinks of it.
    validate: false,
  } as InjectOptions);
  const { statusCode, headers: answered, rawPayload } = answer;
  return {
    status: statusCode,
    headers: fieldsOf(answered),
    body: rawPayload.toString('utf8'),
    bytes: new Uint8Array(rawPayload),
  };
}

function asDispatch(url: string, { onRequest, onLeft }: ExchangeEnds): DispatchFunc {
  const dispatch: OnRequest = (request, response) => {
    request.url = url;
    // The host's time is not the board's.
    response.sendDate = false;
    response.once('finish', () => onLeft(response.statusCode));
    onRequest(request, response);
  };
  return dispatch as (request: IncomingMessage, response: ServerResponse) => void as DispatchFunc;
}

function withLength(
  headers: Readonly<Record<string, string>>,
  length: number,
): Readonly<Record<string, string>> {
  const isKnown = Object.keys(headers).some((name) => name.toLowerCase() === 'content-length');
  return isKnown ? headers : { ...headers, 'content-length': String(length) };
}

/** The library would hand a plain body over in a later turn of the host's event loop. */
function wholeStream(bytes: Uint8Array | undefined): Readable {
  const stream = new Readable({ read: () => undefined });
  if (bytes !== undefined && bytes.length > 0) stream.push(bytes);
  stream.push(null);
  return stream;
}

/** What is about one connection, where here there is none. */
const perConnection: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
]);

function fieldsOf(fields: Readonly<Record<string, unknown>>): HttpResponse['headers'] {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]) => {
      const key = name.toLowerCase();
      if (value === undefined || perConnection.has(key)) return [];
      return [[key, Array.isArray(value) ? value.map(String) : String(value as number | string)]];
    }),
  );
}
