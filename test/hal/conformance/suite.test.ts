import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import * as suites from '#hal/conformance/index';
import {
  type ConformanceCheck,
  ConformanceFailure,
  type ConformanceSuite,
  runCheck,
  runSuite,
} from '#hal/conformance/index';
import { HalError } from '#hal/errors';
import { buzzerSuite } from '#hal/conformance/buzzer-suite';
import type { Buzzer } from '#hal/buzzer';

interface Acts {
  press(): void;
}

function suiteOf(...checks: Partial<ConformanceCheck<Buzzer, Acts>>[]) {
  const complete = checks.map((check) => ({ name: 'a rule', needs: [], run: () => {}, ...check }));
  return { port: 'buzzer', checks: complete } satisfies ConformanceSuite<Buzzer, Acts>;
}

const port: Buzzer = { set: () => undefined };

describe('runSuite', () => {
  test('tells passed, failed and unsupported checks apart, and goes on after each', async () => {
    const failure = new ConformanceFailure('level', { expected: true, seen: false });
    const suite = suiteOf(
      { name: 'fails', run: () => Promise.reject(failure) },
      { name: 'needs a person', needs: ['press'] },
      {
        name: 'is not offered',
        run: () => {
          throw new HalError('unsupported', 'buzzer', 'no buzzer here');
        },
      },
      { name: 'passes' },
    );
    expect(await runSuite(suite, { port, act: {} })).toEqual([
      { port: 'buzzer', name: 'fails', result: 'failed', error: failure },
      {
        port: 'buzzer',
        name: 'needs a person',
        result: 'unsupported',
        reason: 'the rig cannot press',
      },
      {
        port: 'buzzer',
        name: 'is not offered',
        result: 'unsupported',
        reason: 'buzzer: no buzzer here (unsupported)',
      },
      { port: 'buzzer', name: 'passes', result: 'passed' },
    ]);
  });

  test('runs a check that needs an act where the rig has it', async () => {
    let presses = 0;
    const suite = suiteOf({ needs: ['press'], run: ({ act }) => act.press?.() });
    await runSuite(suite, { port, act: { press: () => (presses += 1) } });
    expect(presses).toBe(1);
  });

  test('counts any other error of a driver as a failure', async () => {
    const suite = suiteOf({
      run: () => {
        throw new TypeError('driver fell over');
      },
    });
    expect(await runSuite(suite, { port, act: {} })).toMatchObject([{ result: 'failed' }]);
  });
});

describe('a failure', () => {
  const shown = [
    { seen: new Uint8Array([1, 255]), text: '2 bytes 01ff' },
    { seen: new Uint8Array(100), text: `100 bytes ${'00'.repeat(24)}…` },
    { seen: ['a', 1], text: '["a", 1]' },
    { seen: new TypeError('oops'), text: 'TypeError: oops' },
    { seen: undefined, text: 'undefined' },
  ];
  test.each(shown)('shows what was seen: $text', ({ seen, text }) => {
    const failure = new ConformanceFailure('content', { expected: 'x', seen });
    expect(failure.message).toBe(`content: expected "x", seen ${text}`);
  });
});

describe('the suites', () => {
  test('have names that are told apart, so that a report can be read', () => {
    for (const suite of Object.values(suites)) {
      if (typeof suite === 'function') continue;
      const names = suite.checks.map((check: { name: string }) => check.name);
      expect(new Set(names).size).toBe(names.length);
      expect(names.length).toBeGreaterThan(2);
    }
  });
});

describe('another test runner', () => {
  test('that of vitest takes a suite in a loop', async () => {
    for (const check of buzzerSuite.checks) {
      const outcome = await runCheck(buzzerSuite, check, { port, act: {} });
      expect(outcome.result).not.toBe('failed');
    }
  });

  test('that of Node takes a suite in a loop', () => {
    const file = fileURLToPath(new URL('node-runner.ts', import.meta.url));
    const node = ['--conditions=source', '--import', 'tsx', '--test', '--test-reporter=tap'];
    const report = execFileSync(process.execPath, [...node, file], { encoding: 'utf8' });
    const passed = Number(/^# pass (\d+)$/m.exec(report)?.[1]);
    expect(passed).toBeGreaterThanOrEqual(suites.storageSuite.checks.length);
    expect(report).toMatch(/^# fail 0$/m);
  });
});
