import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { addCounts, type CoverageCounts } from '../charts/coverage.ts';
import type { CaseResult } from '../scenario/result.ts';

/** What the charts did in all cases of a run. */
export class CoverageSum {
  #sum: CoverageCounts = {};

  /** Takes the counts of a case; answers its result without them. */
  take(result: CaseResult): CaseResult {
    if (result.coverage === undefined) return result;
    this.#sum = addCounts([this.#sum, result.coverage]);
    return { ...result, coverage: undefined };
  }

  /** Writes `coverage.json` and `index.html`; answers what people are told. */
  async write(folder: string): Promise<string> {
    const { coverageJson, coverageLine, coveragePage, firmwareCoverage } =
      await import('../charts/coverage-report.ts');
    const charts = firmwareCoverage(this.#sum);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'coverage.json'), coverageJson(charts));
    const page = join(folder, 'index.html');
    writeFileSync(page, await coveragePage(charts));
    return `${coverageLine(charts)}   ${page}\n`;
  }
}
