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
    include: ['test/**/*.test.ts', 'docs/examples/*.test.ts'],
    exclude: [...configDefaults.exclude, 'dist/**'],
    // A test that never ends is a defect of virtual time; a slow machine must not look like one.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Files share nothing, so a worker per core and no isolation cost beyond the file.
    pool: 'forks',
  },
});
