import { XMLParser, XMLValidator } from 'fast-xml-parser';
import type { HttpResponse } from '#sim/parts/http-port';
import type { HttpRequest } from '#sim/peers/http-client';
import { passwordOf } from '../../two-step/two-step-rig.ts';
import type { WebRig } from '../web-rig.ts';

/** What stands in an answer: texts, by the names of elements. */
export type Answer = Readonly<Record<string, string>>;

/** An answer of elements within elements. */
export interface DeepAnswer {
  readonly [element: string]: string | DeepAnswer | undefined;
}

export const loginPath = '/cgi-bin/authLogin.cgi';
export const logoutPath = '/cgi-bin/authLogout.cgi';
export const managementPath = '/cgi-bin/management/manaRequest.cgi';

const parser = new XMLParser({ parseTagValue: false, trimValues: false, ignoreDeclaration: true });

/** A password as the wire has it. */
export function encoded(password: string): string {
  return Buffer.from(password, 'utf8').toString('base64');
}

/** What a client reads from an answer: it looks at type and root as public clients do. */
export function answerOf<T extends DeepAnswer = Answer>(response: HttpResponse): T {
  const { status, headers, body } = response;
  if (status !== 200) throw new Error(`status ${status}`);
  if (headers['content-type'] !== 'text/xml') throw new Error(String(headers['content-type']));
  const validity = XMLValidator.validate(body);
  if (validity !== true) throw new Error(validity.err.msg);
  if (!body.includes('<QDocRoot version="1.0">')) throw new Error('no QDocRoot 1.0');
  const { QDocRoot: root } = parser.parse(body) as { readonly QDocRoot: DeepAnswer };
  // A parser leaves the line breaks between elements as text of the root.
  return Object.fromEntries(Object.entries(root).filter(([name]) => name !== '#text')) as T;
}

/** A client of the wire. */
export class QtsClient {
  readonly rig: WebRig;

  constructor(rig: WebRig) {
    this.rig = rig;
  }

  async call<T extends DeepAnswer = Answer>(
    path: string,
    query: HttpRequest['query'],
    more: object = {},
  ): Promise<T> {
    return answerOf<T>(await this.rig.ask({ path, ...(query && { query }), ...more }));
  }

  /** Signs in with the password of tests. */
  login(name: string, query: HttpRequest['query'] = {}, more: object = {}): Promise<Answer> {
    const pwd = encoded(passwordOf(name));
    return this.call(loginPath, { user: name, pwd, serviceKey: 1, ...query }, more);
  }

  async sidOf(name: string): Promise<string> {
    const { authSid } = await this.login(name);
    if (authSid === undefined) throw new Error(`${name} did not get in`);
    return authSid;
  }

  async isGood(sid: string): Promise<boolean> {
    return (await this.call(loginPath, { sid })).authPassed === '1';
  }
}
