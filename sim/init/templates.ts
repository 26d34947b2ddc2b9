/** With what the sample test runs. */
export type Runner = 'vitest' | 'node';

/** A file of the sample project. */
export interface Template {
  /** From the root of the project. */
  readonly path: string;
  readonly text: string;
}

/** The sample: a scenario, a test, and a workflow that runs both for each push. */
export function templates(runner: Runner): readonly Template[] {
  const test = runner === 'vitest' ? vitestTest : nodeTest;
  return [
    { path: 'test/nasboard/reset.yaml', text: scenario },
    test,
    { path: '.github/workflows/nasboard.yml', text: workflow(runner, test.path) },
  ];
}

const scenario = `# Run it: npx nasboard run test/nasboard/reset.yaml
name: Holding RESET resets at three seconds, and not before
version: 1
board: { seed: 7 }
steps:
  - wait-serial: "login:"
  - expect-beeps: [500ms, 1500ms]
  - press: { part-id: reset, hold: 2.999s }
  - delay: 2s
  - expect-beeps: []
  - press: { part-id: reset, hold: 3s }
  - wait-serial: "basic reset done"
  - expect-beeps: [500ms]
  - wait-state: { appliance: ready }
`;

const vitestTest: Template = {
  path: 'test/nasboard/reset.test.ts',
  text: `// Run it: npx vitest run test/nasboard
import { powerOn } from 'nasboard/testing';
import 'nasboard/testing/vitest';
import { expect, test } from 'vitest';

test.each([
  { hold: '2.999s', reset: 'none' },
  { hold: '3s', reset: 'basic' },
  { hold: '10s', reset: 'advanced' },
] as const)('RESET held for $hold: $reset', async ({ hold, reset }) => {
  await using bench = await powerOn({ seed: 7 });
  await bench.resetButton.hold(hold, { bounce: { edges: 7, within: '12ms' } });
  expect(bench).toHaveReset(reset);
});
`,
};

const nodeTest: Template = {
  path: 'test/nasboard/reset.test.mjs',
  text: `// Run it: node --test test/nasboard/
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { powerOn } from 'nasboard/testing';

for (const { hold, resets } of [
  { hold: '2.999s', resets: [] },
  { hold: '3s', resets: ['basic'] },
  { hold: '10s', resets: ['advanced'] },
]) {
  test(\`RESET held for \${hold}: \${resets.join() || 'none'}\`, async (t) => {
    const bench = await powerOn({ seed: 7 });
    t.after(() => bench.stop());
    await bench.resetButton.hold(hold, { bounce: { edges: 7, within: '12ms' } });
    assert.deepEqual(bench.takeResets(), resets);
  });
}
`,
};

function workflow(runner: Runner, test: string): string {
  const run = runner === 'vitest' ? 'npx vitest run test/nasboard' : `node --test ${test}`;
  return `name: nasboard
on: [push, pull_request]
jobs:
  appliance:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-node@v4
        with: { node-version: 20, cache: npm }
      - run: npm ci
      - run: npx nasboard run test/nasboard/*.yaml --junit nasboard.xml
      - run: ${run}
      - if: always()
        uses: actions/upload-artifact@v4
        with: { name: nasboard, path: nasboard.xml }
`;
}
