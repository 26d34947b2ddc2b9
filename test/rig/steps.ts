import type { Finding } from './rig.ts';

/** Steps that build on each other: none is taken after one has failed. */
export class Steps {
  readonly findings: Finding[] = [];
  readonly #console: () => string;

  /** `console`: what the appliance has said, shown where a step fails. */
  constructor(console: () => string) {
    this.#console = console;
  }

  async step(what: string, act: () => Promise<void>): Promise<void> {
    if (this.findings.some(({ problem }) => problem !== undefined)) return;
    const startedMs = performance.now();
    try {
      await act();
      this.findings.push({ what });
      console.log(` ✓ ${what} (${((performance.now() - startedMs) / 1_000).toFixed(0)} s)`);
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      this.findings.push({ what, problem });
      console.log(` ✗ ${what}: ${problem}`);
      console.log(this.#console().slice(-2_000).replaceAll(/^/gm, '     | '));
    }
  }
}
