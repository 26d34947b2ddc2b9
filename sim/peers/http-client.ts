import { UsageError } from '../kernel/invariant.ts';
import type { HttpResponse, WireRequest } from '../parts/http-port.ts';
import { CookieJar, type SavedCookies } from './cookie-jar.ts';

/** What a field of a query or a form may hold; a list repeats the field. */
export type FieldValue = string | number | boolean | readonly (string | number | boolean)[];

/** A request as a client makes it. At most one of `form`, `json` and `body` is sent. */
export interface HttpRequest {
  /** `GET` unless told otherwise. */
  readonly method?: string;
  /** `/` first; may bring a query of its own. */
  readonly path: string;
  readonly query?: Readonly<Record<string, FieldValue>>;
  readonly form?: Readonly<Record<string, FieldValue>>;
  readonly json?: unknown;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** The client's address; 192.168.1.100 unless told otherwise. */
  readonly from?: string;
  /** The port asked; the one that listens, where only one does. */
  readonly port?: number;
}

/** The address of clients that have none of their own. */
const addressOtherwise = '192.168.1.100';

/** What goes over the wire. */
export function wireRequestOf(request: HttpRequest): WireRequest {
  const { method, path, query = {}, headers = {}, from = addressOtherwise, port } = request;
  if (!path.startsWith('/')) throw new UsageError(`the path "${path}" does not begin with /`);
  const sent = contentOf(request);
  const fields = encoded(query);
  const join = path.includes('?') ? '&' : '?';
  return {
    url: fields === '' ? path : `${path}${join}${fields}`,
    from,
    headers: {
      'user-agent': 'nasboard-client',
      ...(sent?.type !== undefined && { 'content-type': sent.type }),
      ...inLowerCase(headers),
    },
    ...(method !== undefined && { method: method.toUpperCase() }),
    ...(port !== undefined && { port }),
    ...(sent !== undefined && { body: sent.body }),
  };
}

interface Content {
  readonly type?: string;
  readonly body: string | Uint8Array;
}

function contentOf({ form, json, body }: HttpRequest): Content | undefined {
  const given = [form, json, body].filter((each) => each !== undefined);
  if (given.length > 1) throw new UsageError('a request has one of form, json and body');
  if (form !== undefined) {
    return { type: 'application/x-www-form-urlencoded', body: encoded(form) };
  }
  if (json !== undefined) return { type: 'application/json', body: JSON.stringify(json) };
  return body === undefined ? undefined : { body };
}

function encoded(fields: Readonly<Record<string, FieldValue>>): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    for (const each of [value].flat()) parameters.append(name, String(each));
  }
  return parameters.toString();
}

function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  const entries = Object.entries(headers);
  return Object.fromEntries(entries.map(([name, value]) => [name.toLowerCase(), value]));
}

/** What a client makes its requests through. */
export interface HttpRoute {
  /** True time, µs since the epoch. */
  readonly world: { readonly nowUs: number };
  http(request: HttpRequest): Promise<HttpResponse>;
}

/** A client of the appliance's web server that keeps cookies, as a browser does. */
export class HttpClient {
  readonly #route: HttpRoute;
  readonly #from: string | undefined;
  readonly #jar: CookieJar;

  /** `from` is its address, where a request does not say otherwise. */
  constructor(route: HttpRoute, from?: string, cookies?: SavedCookies) {
    this.#route = route;
    this.#from = from;
    this.#jar = new CookieJar(cookies);
  }

  /** Its cookies as plain data. */
  saveCookies(): SavedCookies {
    return this.#jar.save();
  }

  /** As `Bench.http`, with the client's cookies. */
  async request(request: HttpRequest): Promise<HttpResponse> {
    const path = request.path.replace(/\?[^]*$/, '');
    const cookie = this.#jar.header(path, this.#nowMs);
    const response = await this.#route.http({
      ...(this.#from !== undefined && { from: this.#from }),
      ...request,
      headers: { ...(cookie !== undefined && { cookie }), ...request.headers },
    });
    const set = response.headers['set-cookie'];
    if (set !== undefined) this.#jar.take([set].flat(), path, this.#nowMs);
    return response;
  }

  /** The value of one of its cookies. */
  cookie(name: string): string | undefined {
    return this.#jar.value(name, this.#nowMs);
  }

  get #nowMs(): number {
    return this.#route.world.nowUs / 1000;
  }
}
