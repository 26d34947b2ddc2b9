/** Somebody who speaks to the API of the NAS without a browser. */
export class Seat {
  readonly #url: string;
  #token: string | undefined;

  constructor(url: string) {
    this.#url = url;
  }

  /** Signs in where a password is all that is asked for. */
  async signIn(user: string, password: string, application = 'web API'): Promise<void> {
    const body = { user, password, application, token: true };
    const { token } = await this.ask<{ token: string }>('POST', '/login', body);
    this.#token = token;
  }

  /** A request that must be done. */
  async ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    const { status, text } = await this.#send(method, path, body);
    if (status >= 400) throw new Error(`${method} ${path}: ${status} ${text}`);
    return (text === '' ? undefined : JSON.parse(text)) as T;
  }

  /** A request that must be refused, and with which status. */
  async fail(status: number, method: string, path: string, body?: unknown): Promise<void> {
    const answer = await this.#send(method, path, body);
    if (answer.status !== status) throw new Error(`${method} ${path}: ${answer.status}`);
  }

  async #send(
    method: string,
    path: string,
    body: unknown,
  ): Promise<{ readonly status: number; readonly text: string }> {
    const response = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(this.#token !== undefined && { authorization: `Bearer ${this.#token}` }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: response.status, text: await response.text() };
  }
}
