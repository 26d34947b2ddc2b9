import * as v from 'valibot';
import type { ReceivedMail } from '../../peers/mailbox.ts';
import { defaultTimeoutUs } from '../context.ts';
import { describeMails, describeWantedMail } from '../mail-reader.ts';
import { closed, isRecord, pattern, text, timeout, variableName } from '../schema.ts';
import { defineStep } from '../step.ts';

const name = v.custom<string>(
  (input) => v.is(variableName, input),
  ({ input }) => v.safeParse(variableName, input).issues?.[0].message ?? '',
);

const captures = v.pipe(
  v.custom<Readonly<Record<string, unknown>>>(isRecord, 'expected names with patterns'),
  v.record(name, pattern),
);

/**
 * Waits for a mail, among those taken since the one that the last such step found. Each `capture`
 * keeps the first group of its match in the mail's text; a mail without them all is not the one.
 */
export const expectMail = defineStep({
  key: 'expect-mail',
  schema: v.pipe(
    closed({
      to: v.exactOptional(text),
      subject: v.exactOptional(pattern),
      text: v.exactOptional(pattern),
      capture: v.exactOptional(captures),
      timeout,
    }),
    v.check(
      ({ timeout: _, ...wanted }) => Object.keys(wanted).length > 0,
      'nothing is said of the mail',
    ),
  ),
  captures: ({ capture = {} }) => Object.keys(capture),
  usage: 'expect-mail carol@example.org code',
  fromWords: ([to, ...words]) => ({ to, ...(words.length > 0 && { subject: words.join(' ') }) }),
  async run(context, wanted) {
    const { to, subject, text: body, capture = {} } = wanted;
    const sought = {
      to: to === undefined ? undefined : context.expand(to),
      subject: subject === undefined ? undefined : context.expandPattern(subject),
      text: body === undefined ? undefined : context.expandPattern(body),
    };
    const keeping = Object.entries(capture).map(
      ([as, each]) => [as, context.expandPattern(each)] as const,
    );
    const hasAll = (mail: ReceivedMail): boolean =>
      keeping.every(([, expression]) => expression.test(mail.text));
    const search = context.mail.search({ ...sought, where: hasAll });
    let found: ReceivedMail | undefined;
    const isFound = (): boolean => (found ??= search()) !== undefined;
    const isThere = await context.waitUntil(isFound, wanted.timeout ?? defaultTimeoutUs);
    if (!isThere || found === undefined) {
      const kept = keeping.map(([as, expression]) => `, ${as} ${String(expression)}`).join('');
      const seen = describeMails(context.mail.unread);
      return { expected: `${describeWantedMail(sought)}${kept}`, seen };
    }
    for (const [as, expression] of keeping) {
      const [whole = '', group = whole] = expression.exec(found.text) ?? [];
      context.captures.set(as, group);
    }
    return undefined;
  },
});
