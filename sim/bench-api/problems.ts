import type { FastifyReply } from 'fastify';

/**
 * Every kind of problem that the bench API answers (RFC 9457), by the last part of its `type`. A
 * name once released stays.
 */
export const problems = {
  malformed: [400, 'The request cannot be read.'],
  'token-missing': [401, 'Send the token that nasboard printed: Authorization: Bearer TOKEN.'],
  'cross-site': [403, 'The request comes from a page of another site.'],
  'not-found': [404, 'There is no such thing.'],
  'not-possible': [409, 'The bench cannot do that now: see detail.'],
  'too-large': [413, 'The body is too large.'],
  'content-type': [415, 'The body must be application/json.'],
  'wrong-host': [421, 'Ask by an address of this machine: the name in Host is none of them.'],
  invalid: [422, 'The request does not fit: see errors. Nothing of it was done.'],
  'upgrade-required': [426, 'This is a WebSocket: connect to it with a client for these.'],
  broken: [500, 'The firmware or the simulator broke: nasboard tells of it where it runs.'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>;

/** The last part of a problem's `type`. */
export type ProblemName = keyof typeof problems;

/** What the type of every problem begins with. */
export const problemTypePrefix = 'urn:nasboard:bench:problem:';

/** Where a request does not fit. */
export interface Misfit {
  readonly in: 'body' | 'query' | 'path';
  /** JSON pointer (RFC 6901). */
  readonly pointer: string;
  /** What is wrong there, and what to write instead. */
  readonly detail: string;
}

/** A request that is not done: what a handler answers in place of its result. */
export interface Problem {
  readonly problem: ProblemName;
  /** More than the title says. */
  readonly detail?: string;
  readonly errors?: readonly Misfit[];
}

/** A problem, and what there is to say about it. */
export function problem(name: ProblemName, more: Omit<Problem, 'problem'> = {}): Problem {
  return { problem: name, ...more };
}

/** Whether a handler's answer is a problem. */
export function isProblem(answer: unknown): answer is Problem {
  return typeof answer === 'object' && answer !== null && Object.hasOwn(answer, 'problem');
}

/** Answers a request with a problem. */
export function sendProblem(reply: FastifyReply, found: Problem): FastifyReply {
  const { problem: name, ...more } = found;
  const [status, title] = problems[name];
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  if (status === 426) reply.header('upgrade', 'websocket');
  const body = { type: `${problemTypePrefix}${name}`, title, status, ...more };
  const type = 'application/problem+json; charset=utf-8';
  return reply.code(status).type(type).send(JSON.stringify(body));
}
