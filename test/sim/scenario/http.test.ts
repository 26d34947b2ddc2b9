import { PNG } from 'pngjs';
import qrcode from 'qrcode';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Bench } from '#sim/bench';
import { Interruption, StepContext } from '#sim/scenario/context';
import { readScenario } from '#sim/scenario/reader';
import type { StepFailure } from '#sim/scenario/step';
import { jsonOf, WebBench, xmlWith, type Answering } from '../web-bench.ts';
import { problemsOf } from './read.ts';

let web: WebBench;
let bench: Bench;
let context: StepContext;

beforeEach(() => {
  web = new WebBench();
  bench = web.bench;
  context = new StepContext({ bench });
});

/** Does steps; answers what the first that does not hold says. */
async function run(...steps: readonly string[]): Promise<StepFailure | undefined> {
  const scenario = readScenario(
    `version: 1\nsteps:\n${steps.map((step) => `  - ${step}`).join('\n')}\n`,
    'test.yaml',
  );
  try {
    for (const step of scenario.cases[0]?.steps ?? []) await context.runStep(step);
    return undefined;
  } catch (error) {
    if (error instanceof Interruption && error.reason.kind === 'failed')
      return error.reason.failure;
    throw error;
  }
}

describe('a request', () => {
  test('is a GET from a client on the network unless told otherwise', async () => {
    expect(await run('http: { path: /a }')).toBeUndefined();
    expect(web.asked).toMatchObject([
      { method: 'GET', url: '/a', from: '192.168.1.100', body: '' },
    ]);
  });

  test('carries query, headers and form, percent-encoded, with the values of ${…}', async () => {
    const password = bench.board.label.defaultPassword;
    await run(
      'http: { method: POST, path: "/${label.model}?x=1", from: 10.0.0.7, query: { a: "b c&", n: 1 }, ' +
        'headers: { X-Own: "${label.serialNumber}" }, form: { pwd: "${base64(label.defaultPassword)}", l: [1, ""] } }',
    );
    const pwd = encodeURIComponent(Buffer.from(password).toString('base64'));
    expect(web.asked).toMatchObject([
      {
        method: 'POST',
        url: '/TS-453N?x=1&a=b+c%26&n=1',
        headers: {
          'x-own': bench.board.label.serialNumber,
          'content-type': 'application/x-www-form-urlencoded',
        },
        body: `pwd=${pwd}&l=1&l=`,
        from: '10.0.0.7',
      },
    ]);
  });

  test('carries JSON with the values of ${…} in its texts, or a body', async () => {
    await run(
      'http: { method: PUT, path: /, json: { a: ["${label.model}", 1, true, null] } }',
      'http: { method: PUT, path: /, body: "${label.model}", headers: { content-type: text/plain } }',
    );
    expect(web.asked.map(({ headers, body }) => [headers['content-type'], body])).toEqual([
      ['application/json', '{"a":["TS-453N",1,true,null]}'],
      ['text/plain', 'TS-453N'],
    ]);
  });

  test('knows variables of loops in base64', async () => {
    await run(
      'for-each: { as: word, in: [a, b], steps: [ { http: { path: "/${base64(word)}" } } ] }',
    );
    expect(web.asked.map(({ url }) => url)).toEqual(['/YQ==', '/Yg==']);
  });

  test('waits for its answer, up to its time-out', async () => {
    web.answer = (_, response) => void bench.world.after(2_000_000, 'test', () => response.end());
    expect(await run('http: { path: /, timeout: 2s }')).toBeUndefined();
    expect(await run('http: { path: /, timeout: 1s }')).toEqual({
      expected: 'an answer',
      seen: 'none within 1s',
    });
  });
});

describe('cookies', () => {
  beforeEach(() => {
    web.answer = ({ url }, response) => {
      if (url === '/in') {
        response.setHeader('set-cookie', [
          'sid=secret1; Path=/; HttpOnly; SameSite=Strict',
          'deep=1; Path=/deep',
          'short=1; Path=/; Max-Age=60',
          'tls=1; Path=/; Secure',
        ]);
      }
      if (url === '/out') response.setHeader('set-cookie', 'sid=; Path=/; Max-Age=0');
      response.end();
    };
  });

  const sent = (): (string | undefined)[] => web.asked.map(({ headers }) => headers.cookie);

  test('are kept between steps, each client its own, as a browser does', async () => {
    await run(
      'http: { path: /in }',
      'http: { path: /deep/er }',
      'http: { path: /deeper, as: other }',
      'delay: 61s',
      'http: { path: /deeper }',
      'http: { path: /out }',
      'http: { path: / }',
    );
    expect(sent()).toEqual([
      undefined,
      'deep=1; sid=secret1; short=1',
      undefined,
      'sid=secret1',
      'sid=secret1',
      undefined,
    ]);
  });

  test('can be captured', async () => {
    await run(
      'http: { path: /in, capture: { id: "cookie:sid" } }',
      'http: { path: "/${id}", as: other }',
    );
    expect(web.asked.at(-1)?.url).toBe('/secret1');
  });
});

describe('expect', () => {
  test.each<[string, Answering, string]>([
    ['status', (_, response) => response.writeHead(404).end(), '{ status: 404 }'],
    ['headers, exactly', xmlWith(''), '{ headers: { Content-Type: text/xml } }'],
    ['a header that is not there', xmlWith(''), '{ headers: { set-cookie: null } }'],
    [
      'elements of XML, CDATA as well',
      xmlWith('<authPassed><![CDATA[1]]></authPassed><a><b>x</b><b> y </b></a><empty/>'),
      '{ xml: { authPassed: 1, "a/b[1]": y, none: null } }',
    ],
    [
      'a pattern',
      xmlWith('<version>5.1.0</version>'),
      '{ xml: { version: { pattern: "^\\\\d+\\\\.\\\\d+" } }, body: "<version>" }',
    ],
    [
      'values of JSON',
      jsonOf({ a: [{ c: 1 }, { c: true }], none: null, text: 'TS-453N' }),
      '{ json: { "a[0].c": 1, "a[1].c": true, none: null, text: "${label.model}" } }',
    ],
  ])('holds: %s', async (_what, answering, wanted) => {
    web.answer = answering;
    expect(await run(`http: { path: /, expect: ${wanted} }`)).toBeUndefined();
  });

  test.each<[string, Answering, string, StepFailure]>([
    [
      'status',
      xmlWith('<authPassed>0</authPassed><authSid>abcdef</authSid>'),
      '{ status: 201 }',
      {
        expected: 'status 201',
        seen: '200 text/xml: authPassed "0", authSid (not shown)',
      },
    ],
    [
      'an element',
      xmlWith('<authPassed>0</authPassed>'),
      '{ xml: { authPassed: 1 } }',
      { expected: 'xml authPassed "1"', seen: '"0" in 200 text/xml: authPassed "0"' },
    ],
    [
      'an element that is missing',
      xmlWith(''),
      '{ xml: { authPassed: 1 } }',
      { expected: 'xml authPassed "1"', seen: 'nothing in 200 text/xml, 56 bytes' },
    ],
    [
      'an element that must not be there',
      xmlWith('<authSid>abcdef</authSid>'),
      '{ xml: { authSid: null } }',
      {
        expected: 'xml authSid absent',
        seen: '(not shown) in 200 text/xml: authSid (not shown)',
      },
    ],
    [
      'a value of JSON beside tokens',
      jsonOf({ csrfToken: 'abcdef', recoveryCodes: ['abcdef'], error: { code: 'no' } }),
      '{ json: { "error.code": yes } }',
      {
        expected: 'json error.code "yes"',
        seen:
          '"no" in 200 application/json: csrfToken (not shown), recoveryCodes (not shown), ' +
          'error.code "no"',
      },
    ],
    [
      'a header',
      jsonOf({}),
      '{ headers: { x-own: { pattern: "a.c" } } }',
      { expected: 'header x-own /a.c/', seen: 'nothing in 200 application/json, no values' },
    ],
    [
      'a body',
      (_, response) => response.end('abcdef'),
      '{ body: xyz }',
      { expected: 'a body with xyz', seen: '200, 6 bytes' },
    ],
  ])('fails and tells no secret: %s', async (_what, answering, wanted, failure) => {
    web.answer = answering;
    const seen = await run(`http: { path: "/?pwd=hunter2", expect: ${wanted} }`);
    expect(seen).toEqual(failure);
    expect(JSON.stringify(seen)).not.toMatch(/abcdef|hunter2/);
  });

  test('a broken body is none', async () => {
    web.answer = (_, response) => {
      response.setHeader('content-type', 'text/xml');
      response.end('<a><b></a>');
    };
    const failure = await run('http: { path: /, expect: { xml: { b: "" } } }').catch(String);
    expect(failure).toMatch(/the text is empty/);
    expect(await run('http: { path: /, expect: { xml: { b: 1 } } }')).toMatchObject({
      seen: 'nothing in 200 text/xml, 10 bytes',
    });
  });

  test('that there is no answer', async () => {
    web.answer = () => bench.board.cutPower();
    expect(await run('http: { path: /, expect: { connection: reset } }')).toBeUndefined();
    expect(await run('http: { path: /, expect: { connection: refused } }')).toBeUndefined();
    expect(await run('http: { path: /, expect: { connection: reset } }')).toEqual({
      expected: 'it is reset',
      seen: 'no answer: nobody answers on port 0',
    });
    expect(await run('http: { path: / }')).toMatchObject({ expected: 'an answer' });
  });

  test('fails where there is an answer after all', async () => {
    const step = 'http: { path: /, port: 8080, expect: { connection: refused } }';
    expect(await run(step)).toEqual({ expected: 'it is refused', seen: '200, 0 bytes' });
    expect(await run(step.replace('8080', '80'))).toBeUndefined();
  });
});

describe('capture', () => {
  test('keeps values of JSON, XML and headers for later steps', async () => {
    web.answer = (asked, response) => {
      response.setHeader('x-csrf-token', 'abc');
      const tree = jsonOf({ user: { names: ['Jane'] } });
      return (asked.url === '/json' ? tree : xmlWith('<a><b>7</b></a>'))(asked, response);
    };
    await run(
      'http: { path: /json, capture: { who: "user.names[0]", csrf: "header:X-CSRF-Token" } }',
      'http: { path: /xml, capture: { b: a/b } }',
      'http: { path: "/${who}/${csrf}/${b}" }',
    );
    expect(web.asked.at(-1)?.url).toBe('/Jane/abc/7');
  });

  test('fails where there is nothing', async () => {
    web.answer = jsonOf({ token: 'abcdef' });
    expect(await run('http: { path: /, capture: { x: a.b } }')).toEqual({
      expected: 'a value at a.b',
      seen: '200 application/json: token (not shown)',
    });
  });
});

describe('the phone', () => {
  const uri = 'otpauth://totp/TS-453N:admin?secret=JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP&issuer=TS-453N';

  test('scans the picture of the last answer', async () => {
    const picture = await qrcode.toBuffer(uri);
    web.answer = (_, response) => response.setHeader('content-type', 'image/png').end(picture);
    const steps = ['http: { path: /qr }', 'phone: { scan: qr-of-last-http, as: admin }'];
    expect(await run(...steps)).toBeUndefined();
    expect(context.phone.accounts()).toMatchObject([{ name: 'admin', title: 'TS-453N: admin' }]);
  });

  test.each<[string, Answering | undefined, RegExp]>([
    ['there was no answer', undefined, /^no answer so far$/],
    ['it was no picture', jsonOf({ secret: 'abcdef' }), /^200 application\/json: secret \(not/],
    [
      'the picture shows nothing',
      (_, response) => {
        response.setHeader('content-type', 'image/png');
        response.end(PNG.sync.write(new PNG({ width: 40, height: 40 })));
      },
      /no QR code/,
    ],
  ])('fails where %s', async (_what, answering, seen) => {
    if (answering !== undefined) {
      web.answer = answering;
      await run('http: { path: /qr }');
    }
    expect((await run('phone: { scan: qr-of-last-http, as: admin }'))?.seen).toMatch(seen);
  });
});

describe('what cannot be meant is told before anything runs', () => {
  test.each([
    ['http: {}', 'http: the field "path" is missing'],
    ['http: { path: a }', 'http.path: a path begins with /'],
    ['http: { path: /, method: BREW }', 'http.method: "BREW" is none of GET, POST'],
    [
      'http: { path: /, form: { a: 1 }, json: {} }',
      'http: a request has one of form, json and body',
    ],
    ['http: { path: /, query: 3 }', 'http.query: expected names with values'],
    ['http: { path: /, expect: { status: 99 } }', 'http.expect.status: "99" is no integer'],
    [
      'http: { path: /, expect: { xml: { a: { b: 1 } } } }',
      'http.expect.xml.a: the field "pattern" is missing',
    ],
    ['http: { path: /, expect: { body: "(" } }', 'http.expect.body: the pattern "(" is wrong'],
    ['http: { path: /, capture: { now: a } }', 'http.capture: a name for ${…}'],
    ['http: { path: /, capture: { a: "a b" } }', 'http.capture.a: expected a path'],
    ['http: { path: "/${sid}" }', 'http.path: ${sid} has no value here'],
    ['http: { path: "/${base64(sid)}" }', 'http.path: ${sid} has no value here'],
    ['phone: { scan: qr-of-last-http }', 'phone: what is added or scanned has a name'],
  ])('%s', (step, text) => {
    const [problem = ''] = problemsOf(`version: 1\nsteps:\n  - ${step}\n`);
    expect(problem).toContain(text);
  });
});
