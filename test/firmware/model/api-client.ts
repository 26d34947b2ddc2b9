import type { TestBench } from '#sim/test-kit/test-bench';
import type { TestHttpClient } from '#sim/test-kit/http';

/** An answer of the JSON API. */
export interface ApiAnswer {
  readonly status: number;
  /** What a problem is called; undefined where it is none. */
  readonly problem: string | undefined;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A browser: it keeps its cookie, and shows the token that only pages of the same site know. */
export class ApiClient {
  readonly #client: TestHttpClient;
  #csrfToken: string | undefined;

  constructor(bench: TestBench) {
    this.#client = bench.http.client();
  }

  /** A request to the API; `path` is below its prefix. */
  async request(method: string, path: string, json?: unknown): Promise<ApiAnswer> {
    const answer = await this.#client.request(method, `/api/v1${path}`, {
      ...(json !== undefined && { json }),
      ...(this.#csrfToken !== undefined && { headers: { 'x-csrf-token': this.#csrfToken } }),
    });
    const body = answer.body === '' ? {} : answer.json<ApiAnswer['body']>();
    const { csrfToken, type } = body;
    if (typeof csrfToken === 'string') this.#csrfToken = csrfToken;
    const [, problem] =
      typeof type === 'string' ? (/^urn:nasboard:problem:(.+)$/.exec(type) ?? []) : [];
    return { status: answer.status, problem, body };
  }
}
