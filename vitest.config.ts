import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

const fromRoot = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

/** The package's own exports, as examples write them, lead to the sources: tests need no build. */
const ownExports = {
  'nasboard/testing/vitest': './sim/testing-vitest.ts',
  'nasboard/testing': './sim/testing.ts',
  'nasboard/hal/conformance': './hal/conformance/index.ts',
  'nasboard/hal/drivers': './hal/drivers/index.ts',
  'nasboard/hal/linux': './hal/linux/index.ts',
  'nasboard/hal': './hal/index.ts',
  'nasboard/firmware': './firmware/index.ts',
  nasboard: './sim/index.ts',
};

const without = [...configDefaults.exclude, 'dist/**'];

/** These look at all of their process, open files and modules among them: each has one alone. */
const alone = [
  'test/firmware/secrecy-process.test.ts',
  'test/firmware/two-step/constant-time.test.ts',
  'test/hal/linux/*.test.ts',
  'test/ui/*.test.ts',
];

export default defineConfig({
  resolve: {
    alias: Object.entries(ownExports).map(([name, path]) => ({
      find: new RegExp(`^${name}$`),
      replacement: fromRoot(path),
    })),
  },
  ssr: { resolve: { conditions: ['source', 'module', 'node', 'development|production'] } },
  test: {
    environment: 'node',
    exclude: without,
    globalSetup: fromRoot('./scripts/fresh-ui.js'),
    // A test that never ends is a defect of virtual time; a slow machine must not look like one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // A worker per core takes file after file: a process for each would take most of the time.
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: {
          name: 'shared',
          isolate: false,
          include: ['test/**/*.test.ts', 'docs/examples/*.test.ts'],
          exclude: alone,
        },
      },
      { extends: true, test: { name: 'alone', isolate: true, include: alone } },
    ],
  },
});
