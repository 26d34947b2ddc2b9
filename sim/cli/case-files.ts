import { writeFileSync } from 'node:fs';
import { writePrivately } from '../private-file.ts';
import type { CaseResult } from '../scenario/result.ts';
import type { CaseFiles } from './json-report.ts';

/**
 * Writes what was asked for of each case as soon as it is there. One case alone has the file as it
 * was named; of several, the number of the case comes before the extension: `out-1.jsonl`.
 */
export class CaseFileWriter {
  readonly #names: CaseFiles;
  readonly #total: number;
  readonly #files = new Map<CaseResult, CaseFiles>();
  #count = 0;

  constructor(names: CaseFiles, total: number) {
    this.#names = names;
    this.#total = total;
  }

  /** Answers the result without what is now in a file. */
  write(result: CaseResult): CaseResult {
    this.#count += 1;
    const trace = this.#numbered(this.#names.trace);
    const traceSecrets = this.#numbered(this.#names.traceSecrets);
    const serialLog = this.#numbered(this.#names.serialLog);
    const vcd = this.#numbered(this.#names.vcd);
    if (trace !== undefined) writeFileSync(trace, result.trace ?? '');
    if (traceSecrets !== undefined) writePrivately(traceSecrets, result.secrets ?? '');
    if (serialLog !== undefined) writeFileSync(serialLog, result.serialLog ?? '');
    if (vcd !== undefined) writeFileSync(vcd, result.vcd ?? '');
    const kept = {
      ...result,
      trace: undefined,
      secrets: undefined,
      serialLog: undefined,
      vcd: undefined,
    };
    this.#files.set(kept, { trace, serialLog, vcd });
    return kept;
  }

  /** Of a result that `write` has answered. */
  filesOf(kept: CaseResult): CaseFiles {
    return this.#files.get(kept) ?? { trace: undefined, serialLog: undefined, vcd: undefined };
  }

  #numbered(name: string | undefined): string | undefined {
    return name === undefined ? undefined : numberedName(name, this.#count, this.#total);
  }
}

/** The file of one of `total` things: of several, its number comes before the extension. */
export function numberedName(name: string, number: number, total: number): string {
  if (total === 1) return name;
  const [, stem = name, extension = ''] = /^(.*?)(\.[^./\\]*)?$/s.exec(name) ?? [];
  return `${stem}-${number}${extension}`;
}
