import { describeAnswer, readAnswer, type HttpAnswer } from '../peers/http-answer.ts';
import type { SavedCookies } from '../peers/cookie-jar.ts';
import { HttpClient, type HttpRequest } from '../peers/http-client.ts';
import { ConnectionFailed } from '../parts/http-port.ts';
import type { Bench } from '../bench.ts';

/** What came of a request. */
export type HttpOutcome = HttpAnswer | ConnectionFailed;

/** All clients at one instant. */
export interface HttpClientsState {
  readonly cookies: readonly (readonly [client: string, cookies: SavedCookies])[];
  readonly last: HttpAnswer | undefined;
}

/** The clients of a scenario, each with its cookies, and what was answered last. */
export class HttpClients {
  readonly #bench: Bench;
  readonly #clients = new Map<string, HttpClient>();
  #last: HttpAnswer | undefined;

  constructor(bench: Bench, state?: HttpClientsState) {
    this.#bench = bench;
    this.#last = state?.last;
    for (const [name, cookies] of state?.cookies ?? []) {
      this.#clients.set(name, new HttpClient(bench, undefined, cookies));
    }
  }

  /** Cookies and the last answer. */
  save(): HttpClientsState {
    const cookies = [...this.#clients].map(
      ([name, client]) => [name, client.saveCookies()] as const,
    );
    return { cookies, last: this.#last };
  }

  /** The answer of the last request that had one. */
  get last(): HttpAnswer | undefined {
    return this.#last;
  }

  /** The client of a name; each is there from its first request on. */
  client(name: string): HttpClient {
    let client = this.#clients.get(name);
    if (client === undefined) {
      client = new HttpClient(this.#bench);
      this.#clients.set(name, client);
    }
    return client;
  }

  /** Begins a request. What is answered tells what came of it so far, and throws what is none. */
  begin(name: string, request: HttpRequest): () => HttpOutcome | undefined {
    let outcome: HttpOutcome | undefined;
    let failure: { readonly error: unknown } | undefined;
    const { world } = this.#bench;
    this.client(name)
      .request(request)
      .then((response) => world.declareWork(readAnswer(response)))
      .then(
        (answer) => {
          this.#last = answer;
          outcome = answer;
          return undefined;
        },
        (error: unknown) => {
          if (error instanceof ConnectionFailed) outcome = error;
          else failure = { error };
        },
      );
    return () => {
      if (failure !== undefined) throw failure.error;
      return outcome;
    };
  }
}

/** What came of a request, for a failure. */
export function describeOutcome(outcome: HttpOutcome): string {
  return outcome instanceof ConnectionFailed
    ? `no answer: ${outcome.message}`
    : describeAnswer(outcome);
}
