import type { ProblemName } from '../../api/problems.ts';
import { remembered } from '../base/remembered.ts';
import type { OwnSession, Present, SecondStep, SignedIn } from './answers.ts';

/** What went wrong; `unreachable` where nothing came back. */
export type FailureName = ProblemName | 'unreachable';

interface ProblemBody {
  readonly type?: string;
  readonly detail?: string;
  readonly triesLeft?: number;
  readonly waitSeconds?: number;
}

const prefix = '/api/v1';
const typePrefix = 'urn:nasboard:problem:';

/** A request that was not done. */
export class ApiFailure extends Error {
  override readonly name = 'ApiFailure';
  readonly failure: FailureName;
  /** The rule that was broken. */
  readonly detail: string | undefined;
  readonly triesLeft: number | undefined;
  readonly waitSeconds: number;

  constructor(failure: FailureName, { detail, triesLeft, waitSeconds = 0 }: ProblemBody = {}) {
    super(failure);
    this.failure = failure;
    this.detail = detail;
    this.triesLeft = triesLeft;
    this.waitSeconds = waitSeconds;
  }
}

/** The session is over: whoever shows pages of it hears so once. */
let onLost: () => void = () => undefined;

/** In memory only; the session itself is in a cookie that no script can read. */
let csrfToken: string | null = null;

/** The appliance's JSON API. Everything rejects with `ApiFailure` and nothing else. */
export const api = {
  get: <T>(path: string): Promise<T> => request<T>('GET', path),
  post: <T>(path: string, body?: unknown): Promise<T> => request<T>('POST', path, body),
  put: <T>(path: string, body?: unknown): Promise<T> => request<T>('PUT', path, body),
  patch: <T>(path: string, body?: unknown): Promise<T> => request<T>('PATCH', path, body),
  delete: <T>(path: string): Promise<T> => request<T>('DELETE', path),

  /** The session of this browser; undefined where nobody is signed in. */
  async present(): Promise<Present | undefined> {
    // Without this mark a first visit would begin with a request that fails.
    if (remembered.get('may-be-signed-in') === undefined) return undefined;
    try {
      const present = await request<Present>('GET', '/session', undefined, 'quiet');
      csrfToken = present.csrfToken;
      return present;
    } catch (error) {
      if (!(error instanceof ApiFailure) || error.failure !== 'not-signed-in') throw error;
      api.forgetSession();
      return undefined;
    }
  },

  /** Takes over what a sign-in answered. */
  enter<T extends SignedIn | SecondStep>(answer: T): OwnSession | undefined {
    if (answer.status !== 'signed-in') return undefined;
    csrfToken = answer.csrfToken;
    remembered.set('may-be-signed-in', 'yes');
    return answer.session;
  },

  /** The session is over, and it is known why. */
  forgetSession(): void {
    csrfToken = null;
    remembered.set('may-be-signed-in', undefined);
  },

  /** Hears when the session turns out to be over. */
  onSessionLost(listener: () => void): void {
    onLost = listener;
  },
};

async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  mode: 'loud' | 'quiet' = 'loud',
): Promise<T> {
  const response = await answerTo(method, path, body);
  if (response.status === 204) return null as T;
  const isJson = /^application\/(problem\+)?json\b/.test(
    response.headers.get('content-type') ?? '',
  );
  const answer: unknown = isJson ? await bodyOf(response) : {};
  if (response.ok && isJson) return answer as T;
  const failure = failureOf(response.status, answer as ProblemBody);
  if (failure.failure === 'not-signed-in' && mode === 'loud') onLost();
  throw failure;
}

async function answerTo(method: string, path: string, body: unknown): Promise<Response> {
  try {
    return await fetch(prefix + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(csrfToken !== null && method !== 'GET' && { 'x-csrf-token': csrfToken }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiFailure('unreachable');
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new ApiFailure('unreachable');
  }
}

function failureOf(status: number, body: ProblemBody): ApiFailure {
  const { type } = body;
  if (type?.startsWith(typePrefix) === true) {
    return new ApiFailure(type.slice(typePrefix.length) as ProblemName, body);
  }
  return new ApiFailure(status === 503 ? 'not-ready' : 'internal', body);
}
