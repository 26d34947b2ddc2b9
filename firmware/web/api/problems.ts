import type { FastifyReply } from 'fastify';

/**
 * Every kind of problem that the API answers (RFC 9457), by the last part of its `type`. A name
 * once released stays. Titles are for people and hold nothing that came with the request.
 */
export const problems = {
  malformed: [400, 'The request cannot be read.'],
  'not-signed-in': [401, 'Nobody is signed in: the session is missing or over.'],
  'wrong-credentials': [401, 'The user name or the password is wrong.'],
  'wrong-proof': [401, 'The second step was not passed.'],
  'cross-site': [403, 'The request comes from another site.'],
  'csrf-token': [403, 'The header X-CSRF-Token is missing or wrong.'],
  'session-limited': [403, 'This session may do one thing only: see its limitedTo.'],
  'not-administrator': [403, 'Only administrators may do that.'],
  'address-not-allowed': [403, 'The security level does not let this address in.'],
  'second-step-blocked': [403, 'Blocked after a hundred wrong codes: see an administrator.'],
  'alternative-blocked': [403, 'The other way is blocked after five wrong tries.'],
  'not-found': [404, 'There is no such thing.'],
  'login-expired': [404, 'This sign-in is over: begin again.'],
  'built-in': [409, 'It belongs to the appliance: it always stays as it is.'],
  'clock-unset': [409, 'The NAS does not know the time: codes cannot be checked.'],
  'email-off': [409, 'Codes by e-mail are switched off.'],
  'enrolment-expired': [409, 'The set-up was not begun, is not so far, or took too long.'],
  'last-administrator': [409, 'The last enabled administrator must remain.'],
  'method-not-offered': [409, 'That way is not open to this user.'],
  'name-taken': [409, 'That name is taken.'],
  'no-mail': [
    409,
    'No mail can be sent: see Control Panel > Notification Center > Service Account and Device Pairing > Email.',
  ],
  'own-account': [409, 'This way is for the accounts of others.'],
  'questions-off': [409, 'Security questions are switched off.'],
  'two-step-enforced': [409, '2-step verification is enforced: it cannot be disabled.'],
  'two-step-not-enabled': [409, '2-step verification is not enabled.'],
  'too-large': [413, 'The body is too large.'],
  'content-type': [415, 'The body must be application/json.'],
  'answer-invalid': [422, 'The answer has 2 to 64 characters, and is no name or password.'],
  'code-used': [422, 'This code was used already: wait for the next one.'],
  'code-wrong': [422, 'The code is wrong.'],
  'email-invalid': [422, 'This is no e-mail address.'],
  invalid: [422, 'The request does not fit its schema: see errors.'],
  'mail-account-invalid': [422, 'That mail account cannot be used.'],
  'name-invalid': [422, 'That name is too long, or has characters that names must not have.'],
  'password-refused': [422, 'That password cannot be given.'],
  'password-wrong': [422, 'The password is wrong.'],
  'question-invalid': [422, 'A question has 1 to 128 characters.'],
  'time-invalid': [422, 'That time cannot be set.'],
  'too-many-requests': [429, 'Too many requests: wait before the next one.'],
  'too-many-tries': [429, 'Too many failures: wait before the next try.'],
  internal: [500, 'The appliance failed.'],
  'not-ready': [503, 'The appliance is starting, resetting or restarting.'],
  unavailable: [503, 'A part of the appliance does not work at present.'],
} as const satisfies Readonly<Record<string, readonly [status: number, title: string]>>;

/** The last part of a problem's `type`. */
export type ProblemName = keyof typeof problems;

/** What the type of every problem begins with. */
export const problemTypePrefix = 'urn:nasboard:problem:';

/** Where a request does not fit its schema. Never holds what was there. */
export interface Misfit {
  readonly in: 'body' | 'query' | 'path';
  /** JSON pointer (RFC 6901), as far as the schema knows the names. */
  readonly pointer: string;
  readonly detail: string;
}

/** A request that is not done: what a handler answers in place of its result. */
export interface Problem {
  readonly problem: ProblemName;
  /** More than the title says; holds nothing that came with the request. */
  readonly detail?: string;
  readonly errors?: readonly Misfit[];
  /** How long to wait before the next try, ms. */
  readonly waitMs?: number;
  /** Of `wrong-proof`: how many tries are left. */
  readonly triesLeft?: number;
}

/** A problem, and what there is to say about it. */
export function problem(name: ProblemName, more: Omit<Problem, 'problem'> = {}): Problem {
  return { problem: name, ...more };
}

/** Whether a handler's answer is a problem. */
export function isProblem(answer: unknown): answer is Problem {
  return typeof answer === 'object' && answer !== null && Object.hasOwn(answer, 'problem');
}

/** Seconds, rounded up: whoever waits so long has waited enough. */
export function secondsOf(waitMs: number): number {
  return Math.ceil(waitMs / 1000);
}

/** Answers a request with a problem. */
export function sendProblem(reply: FastifyReply, found: Problem): FastifyReply {
  const { problem: name, waitMs = 0, ...more } = found;
  const [status, title] = problems[name];
  if (waitMs > 0) reply.header('retry-after', String(secondsOf(waitMs)));
  // No browser asks for a password on that, as it would for Basic.
  if (status === 401) reply.header('www-authenticate', 'Bearer');
  const wait = waitMs > 0 ? { waitSeconds: secondsOf(waitMs) } : {};
  const body = { type: `${problemTypePrefix}${name}`, title, status, ...more, ...wait };
  return reply.code(status).type('application/problem+json').send(JSON.stringify(body));
}
