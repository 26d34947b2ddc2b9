/** What a server has asked a client to send back. */
export interface Cookie {
  readonly name: string;
  readonly value: string;
  readonly path: string;
  /** Absent for one that lasts as long as the client. */
  readonly expiresMs: number | undefined;
}

/** The cookies of a client. */
export type SavedCookies = readonly (readonly [key: string, cookie: Cookie])[];

/** The cookies of one client of one host, as RFC 6265 has them. */
export class CookieJar {
  readonly #cookies: Map<string, Cookie>;

  /** With what `save` answered of another. */
  constructor(cookies: SavedCookies = []) {
    this.#cookies = new Map(cookies);
  }

  /** All of them as plain data. */
  save(): SavedCookies {
    return [...this.#cookies];
  }

  /** Takes what an answer sets. `path` is that of the request. */
  take(setCookies: readonly string[], path: string, nowMs: number): void {
    for (const line of setCookies) {
      const cookie = parsed(line, path, nowMs);
      if (cookie === undefined) continue;
      const key = `${cookie.name};${cookie.path}`;
      if ((cookie.expiresMs ?? Infinity) <= nowMs) this.#cookies.delete(key);
      else this.#cookies.set(key, cookie);
    }
  }

  /** What goes with a request; undefined where nothing does. */
  header(path: string, nowMs: number): string | undefined {
    const sent = this.#valid(nowMs)
      .filter((cookie) => isWithin(path, cookie.path))
      .toSorted((a, b) => b.path.length - a.path.length)
      .map(({ name, value }) => `${name}=${value}`);
    return sent.length === 0 ? undefined : sent.join('; ');
  }

  /** The value of a cookie, whichever path it is for. */
  value(name: string, nowMs: number): string | undefined {
    return this.#valid(nowMs).find((cookie) => cookie.name === name)?.value;
  }

  #valid(nowMs: number): readonly Cookie[] {
    const all = [...this.#cookies.values()];
    return all.filter(({ expiresMs = Infinity }) => expiresMs > nowMs);
  }
}

/** Undefined for one that a browser would not take: without a name, or for HTTPS only. */
function parsed(line: string, requestPath: string, nowMs: number): Cookie | undefined {
  const [pair = '', ...parts] = line.split(';').map((part) => part.trim());
  const place = pair.indexOf('=');
  if (place <= 0) return undefined;
  const attributes = new Map(
    parts.map((part) => {
      const [name = '', ...value] = part.split('=');
      return [name.trim().toLowerCase(), value.join('=').trim()] as const;
    }),
  );
  if (attributes.has('secure')) return undefined;
  const path = attributes.get('path') ?? '';
  return {
    name: pair.slice(0, place).trim(),
    value: pair.slice(place + 1).trim(),
    path: path.startsWith('/') ? path : folderOf(requestPath),
    expiresMs: expiryOf(attributes, nowMs),
  };
}

function expiryOf(attributes: ReadonlyMap<string, string>, nowMs: number): number | undefined {
  const maxAge = attributes.get('max-age');
  if (maxAge !== undefined && /^-?\d+$/.test(maxAge)) return nowMs + Number(maxAge) * 1000;
  const expiresMs = Date.parse(attributes.get('expires') ?? '');
  return Number.isNaN(expiresMs) ? undefined : expiresMs;
}

function folderOf(path: string): string {
  const end = path.lastIndexOf('/');
  return end <= 0 ? '/' : path.slice(0, end);
}

function isWithin(path: string, folder: string): boolean {
  if (!path.startsWith(folder)) return false;
  return folder.endsWith('/') || path.length === folder.length || path[folder.length] === '/';
}
