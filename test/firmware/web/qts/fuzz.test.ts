import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HttpRequest } from '#sim/peers/http-client';
import { WebRig } from '../web-rig.ts';
import { answerOf, encoded, loginPath, logoutPath, managementPath } from './qts-client.ts';

const names = [
  'user pwd plain_pwd qtoken remme service security_code sid security_answer send_mail get_question',
  'q_lang dont_verify_2sv_again vtoken client_id gen_client_id client_app duration logout',
  'force_to_check_2sv del_user_session subfunc sysHealth __proto__ constructor',
].flatMap((line) => line.split(' '));

const tricks = [
  '0 1 -1 1e9 NaN maria MARIA admin sysinfo 123456 12345678 ]]> <a/> % %zz & = ../.. __proto__',
  `${encoded('maria-password-1')} ${encoded(']]>')} AAAA-AAAA-AAAA-AAAA \0 \r\n \u{202E} \u{D800}`,
].flatMap((line) => ['', 'a'.repeat(9_000), ...line.split(' ')]);

const text = fc.oneof(fc.constantFrom(...tricks), fc.string({ unit: 'binary', maxLength: 40 }));
const parameters = fc.uniqueArray(fc.tuple(fc.constantFrom(...names), text), {
  maxLength: 8,
  selector: ([name]) => name,
});

/** A form as anybody may write it: a parameter may also stand there as it is. */
const formText = parameters.chain((pairs) =>
  fc
    .array(fc.boolean(), { minLength: pairs.length, maxLength: pairs.length })
    .map((raw) =>
      pairs
        .map(([name, value], place) =>
          raw[place] === true
            ? `${name}=${value}`
            : new URLSearchParams([[name, value]]).toString(),
        )
        .join('&'),
    ),
);

const request: fc.Arbitrary<HttpRequest> = fc
  .record({
    path: fc.constantFrom(loginPath, logoutPath, managementPath, '/cgi-bin/x', '/nothing'),
    query: formText,
    body: fc.option(formText, { nil: undefined }),
  })
  .map(({ path, query, body }) => ({
    // A request line has no blanks and no line breaks: the port would not let it through.
    path: `${path}?${encodeURI(query.replace(/[\u{D800}-\u{DFFF}]/gu, '')).replaceAll('%25', '%')}`,
    ...(body !== undefined && {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
    }),
  }));

const statuses = new Set([200, 400, 404, 413]);

/** Answers what is wrong with an answer to one of many requests. */
async function flawOf(rig: WebRig, requests: readonly HttpRequest[]): Promise<string | undefined> {
  for (const each of requests) {
    const response = await rig.ask(each);
    if (!statuses.has(response.status)) return `status ${response.status}`;
    if (response.status === 200) answerOf(response);
    else if (response.body !== '') return `a body with ${response.status}`;
  }
  if (rig.bugs.length > 0) return 'a bug';
  return rig.services.signIn.isIdle ? undefined : 'a sign-in is left pending';
}

/** Answers the report of what was found, with its seed; undefined where nothing was. */
async function search(spoil: (rig: WebRig) => void = () => undefined): Promise<string | undefined> {
  const rig = await WebRig.start();
  rig.addEnrolled('maria', { number: 1, answer: 'Rex' });
  rig.services.settings.set('protection.ip.enabled', false);
  spoil(rig);
  const outcome = await fc.check(
    fc.asyncProperty(fc.array(request, { minLength: 1, maxLength: 5 }), async (requests) => {
      // The bucket of the address fills up again.
      await rig.pass(1);
      expect(await flawOf(rig, requests)).toBeUndefined();
    }),
    { numRuns: 100 },
  );
  return fc.defaultReportMessage(outcome);
}

describe('whatever is asked', () => {
  it('is answered with a document or a status, and harms nothing', async () => {
    expect(await search()).toBeUndefined();
  });

  it('would show a call that fails on one parameter: the search finds it', async () => {
    const spoiled = search((rig) => {
      const { signIn } = rig.services;
      const begin = signIn.begin.bind(signIn);
      signIn.begin = (login) => {
        if (login.deviceToken !== undefined) throw new Error('a defect');
        return begin(login);
      };
    });
    expect(await spoiled).toContain('seed');
  });
});
