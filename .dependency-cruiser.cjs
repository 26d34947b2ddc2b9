/**
 * Who may import whom, as ARCHITECTURE.md says it. TypeScript 7 has no compiler API, so swc reads
 * the sources; scripts/check.js asserts that modules were seen and that a planted breach is found.
 */
const hostModules =
  '^(node:)?(child_process|cluster|dgram|dns|fs|http|http2|https|net|os|perf_hooks|process|timers|tls|tty|v8|vm|worker_threads)(/|$)';

module.exports = {
  forbidden: [
    {
      name: 'hal-knows-nobody',
      comment: 'hal/ is what a board offers; it knows neither the firmware nor the simulator.',
      severity: 'error',
      from: { path: '^hal/' },
      to: { path: '^(firmware|sim|test)/' },
    },
    {
      name: 'contract-stands-alone',
      comment:
        'The contract files of hal/ import each other, and types of the streams they speak of.',
      severity: 'error',
      from: { path: '^hal/[^/]+\\.ts$' },
      to: { pathNot: '^(hal/[^/]+\\.ts$|(node:)?http$|(node_modules/)?@serialport/stream)' },
    },
    {
      name: 'firmware-knows-its-board-only',
      comment: 'firmware/ imports the contract of hal/ and libraries: no drivers, no simulator.',
      severity: 'error',
      from: { path: '^firmware/' },
      to: { path: '^(sim|test|scripts|hal/(linux|drivers|conformance))/' },
    },
    {
      name: 'firmware-knows-no-host',
      comment: 'Files, sockets and processes are reached through the board.',
      severity: 'error',
      from: { path: '^firmware/' },
      to: { path: hostModules },
    },
    {
      name: 'the-page-runs-elsewhere',
      comment: 'The web UI runs in a browser; the firmware hands it out as files.',
      severity: 'error',
      from: { path: '^(hal|sim|firmware/(?!web/ui/))' },
      to: { path: '^firmware/web/ui/' },
    },
    {
      name: 'sources-know-no-tests',
      comment: 'Nothing that ships imports test code.',
      severity: 'error',
      from: { path: '^(firmware|hal|sim)/' },
      to: { path: '^(test|docs|scripts)/' },
    },
    {
      name: 'all-resolves',
      comment: 'An import that leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['source', 'import', 'require', 'node', 'types', 'default'],
      extensions: ['.ts', '.js', '.d.ts'],
    },
  },
};
