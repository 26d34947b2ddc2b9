/** What kept a test from passing; `failure` is what was expected and did not hold. */
export interface JunitVerdict {
  readonly element: 'failure' | 'error' | 'skipped';
  readonly type?: string;
  readonly message: string;
  /** What is told besides; `skipped` has none. */
  readonly body?: string;
}

/** One test case. */
export interface JunitCase {
  readonly title: string;
  readonly className: string;
  readonly elapsedMs: number;
  /** Absent where it passed. */
  readonly verdict?: JunitVerdict;
  /** What it printed. */
  readonly output?: string;
}

/** Test cases under one name. */
export interface JunitSuite {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly cases: readonly JunitCase[];
}

/**
 * A report in JUnit's XML. It holds what both Jenkins' and Surefire's schema know, and nothing
 * else.
 */
export function formatJunitXml(suites: readonly JunitSuite[]): string {
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="nasboard"${countsOf(suites.flatMap(({ cases }) => cases))}>`,
    ...suites.map(formatSuite),
    '</testsuites>',
    '',
  ].join('\n');
}

function formatSuite({ name, properties, cases }: JunitSuite): string {
  return [
    `  <testsuite name="${escape(name)}"${countsOf(cases)} skipped="${count(cases, 'skipped')}">`,
    '    <properties>',
    ...Object.entries(properties).map(
      ([key, value]) => `      <property name="${escape(key)}" value="${escape(value)}"/>`,
    ),
    '    </properties>',
    ...cases.map(formatCase),
    '  </testsuite>',
  ].join('\n');
}

function formatCase({ title, className, elapsedMs, verdict, output }: JunitCase): string {
  const time = secondsOf(elapsedMs);
  const attributes = `name="${escape(title)}" classname="${escape(className)}" time="${time}"`;
  const children = [
    ...(verdict === undefined ? [] : [formatVerdict(verdict)]),
    ...(output === undefined ? [] : [`      <system-out>${escapeBody(output)}</system-out>`]),
  ];
  if (children.length === 0) return `    <testcase ${attributes}/>`;
  return [`    <testcase ${attributes}>`, ...children, '    </testcase>'].join('\n');
}

function formatVerdict({ element, type, message, body }: JunitVerdict): string {
  const kind = type === undefined ? '' : ` type="${escape(type)}"`;
  const start = `      <${element}${kind} message="${escape(message)}"`;
  return body === undefined ? `${start}/>` : `${start}>${escapeBody(body)}</${element}>`;
}

function countsOf(cases: readonly JunitCase[]): string {
  const elapsedMs = cases.reduce((sum, each) => sum + each.elapsedMs, 0);
  const failures = count(cases, 'failure');
  const errors = count(cases, 'error');
  const time = secondsOf(elapsedMs);
  return ` tests="${cases.length}" failures="${failures}" errors="${errors}" time="${time}"`;
}

function count(cases: readonly JunitCase[], element: JunitVerdict['element']): number {
  return cases.filter(({ verdict }) => verdict?.element === element).length;
}

function secondsOf(ms: number): string {
  return (ms / 1000).toFixed(6);
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\n': '&#10;',
  '\r': '&#13;',
  '\t': '&#9;',
};

/** For an attribute, where white space would be lost. */
function escape(text: string): string {
  return escapeBody(text).replaceAll(/["\n\r\t]/g, (character) => entities[character] ?? character);
}

/** What XML 1.0 cannot hold at all, not even as a reference, becomes U+FFFD. */
function escapeBody(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '\ufffd')
    .replaceAll(/[&<>]/g, (character) => entities[character] ?? character);
}
