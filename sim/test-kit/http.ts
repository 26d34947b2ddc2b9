import type { Bench } from '../bench.ts';
import { HttpClient, type HttpRequest } from '../peers/http-client.ts';
import { readAnswer, type HttpAnswer } from '../peers/http-answer.ts';
import type { XmlValue } from '../peers/xml-reader.ts';
import type { HttpResponse } from '../parts/http-port.ts';
import { describeBench, expectationText, failedExpectation } from './report.ts';
import type { TestTime, WaitOptions } from './time.ts';

/** What goes with a request, beside its path. */
export interface TestRequest extends Omit<HttpRequest, 'method' | 'path'>, WaitOptions {}

/** What the appliance answered. */
export class TestAnswer implements HttpResponse {
  readonly status: number;
  readonly headers: HttpResponse['headers'];
  readonly body: string;
  readonly bytes: Uint8Array;
  readonly #answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    this.status = answer.status;
    this.headers = answer.headers;
    this.body = answer.body;
    this.bytes = answer.bytes;
    this.#answer = answer;
  }

  /** The parsed body; fails where the answer is no JSON. */
  json<T = unknown>(): T {
    const { jsonValue } = this.#answer;
    if (jsonValue === undefined) throw this.#isNo('JSON');
    return jsonValue as T;
  }

  /**
   * What stands in the root element: texts by the names of elements, groups within groups. Fails
   * where the answer is no XML.
   */
  xml<T = Readonly<Record<string, XmlValue>>>(): T {
    const { xmlValue } = this.#answer;
    if (xmlValue === undefined) throw this.#isNo('XML');
    return xmlValue as T;
  }

  #isNo(what: string): Error {
    const { status, type, bytes } = this.#answer;
    const seen = `${status} ${type === '' ? 'without a type' : type}, ${bytes.length} bytes`;
    return failedExpectation(expectationText('the answer', { expected: what, seen }));
  }
}

/** A client of the appliance's web server that keeps its cookies. */
export class TestHttpClient {
  readonly #bench: Bench;
  readonly #time: TestTime;
  readonly #output: () => string;
  readonly #client: HttpClient;

  constructor(
    bench: Bench,
    { time, output, from }: { time: TestTime; output: () => string; from?: string | undefined },
  ) {
    this.#bench = bench;
    this.#time = time;
    this.#output = output;
    this.#client = new HttpClient(bench, from);
  }

  /** `GET`; lets time pass until it is answered. */
  async get(path: string, request: TestRequest = {}): Promise<TestAnswer> {
    return this.request('GET', path, request);
  }

  /** `POST` of a form, of JSON or of a body; lets time pass until it is answered. */
  async post(path: string, request: TestRequest = {}): Promise<TestAnswer> {
    return this.request('POST', path, request);
  }

  /** `PUT`, as `post`. */
  async put(path: string, request: TestRequest = {}): Promise<TestAnswer> {
    return this.request('PUT', path, request);
  }

  /** `PATCH`, as `post`. */
  async patch(path: string, request: TestRequest = {}): Promise<TestAnswer> {
    return this.request('PATCH', path, request);
  }

  /** `DELETE`, as `post`. */
  async delete(path: string, request: TestRequest = {}): Promise<TestAnswer> {
    return this.request('DELETE', path, request);
  }

  /**
   * Any method. Lets time pass until it is answered, 30 s unless told otherwise; rejects with
   * `ConnectionFailed` where nobody answers.
   */
  async request(method: string, path: string, request: TestRequest = {}): Promise<TestAnswer> {
    const { timeout, ...rest } = request;
    let ending: { answer: HttpAnswer } | { error: unknown } | undefined;
    const { world } = this.#bench;
    this.#client
      .request({ ...rest, method, path })
      .then((response) => world.declareWork(readAnswer(response)))
      .then(
        (answer) => (ending = { answer }),
        (error: unknown) => (ending = { error }),
      );
    const options = timeout === undefined ? {} : { timeout };
    const waited = await this.#time.runWhile(() => ending === undefined, options);
    if (ending === undefined) throw this.#isSilent(`${method} ${path}`, waited);
    if ('error' in ending) throw ending.error;
    return new TestAnswer(ending.answer);
  }

  /** The value of one of its cookies. */
  cookie(name: string): string | undefined {
    return this.#client.cookie(name);
  }

  #isSilent(what: string, waited: string): Error {
    const both = { expected: 'an answer', seen: `none within ${waited}` };
    return failedExpectation(
      `${expectationText(what.replace(/\?[^]*$/, ''), both)}\n` +
        describeBench(this.#bench, this.#output()),
    );
  }
}

/** The appliance's web server, as its clients see it: one client, and as many others as wanted. */
export class TestHttp extends TestHttpClient {
  readonly #more: (from: string | undefined) => TestHttpClient;

  constructor(bench: Bench, options: { time: TestTime; output: () => string }) {
    super(bench, options);
    this.#more = (from) => new TestHttpClient(bench, { ...options, from });
  }

  /** Another client, with cookies of its own. */
  client({ from }: { readonly from?: string } = {}): TestHttpClient {
    return this.#more(from);
  }
}
