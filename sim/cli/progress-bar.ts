import { formatSpan } from '../scenario/duration.ts';
import type { CaseResult } from '../scenario/result.ts';

/** Where a bar is drawn. */
export interface ProgressTerminal {
  err(text: string): void;
  /** Whether a line on `err` can be written over. */
  readonly hasProgress: boolean;
  /** Its width in characters; 80 where nobody knows. */
  columns?(): number | undefined;
}

const frameMs = 50;
const barWidth = 20;

/** One line that is written over while cases run, on a terminal: how far, and what so far. */
export class ProgressBar {
  readonly #terminal: ProgressTerminal;
  readonly #now: () => number;
  readonly #startedMs: number;
  #isShown = false;
  #nextMs = 0;
  #failures = 0;
  #simulatedUs = 0;

  constructor(terminal: ProgressTerminal, now: () => number = () => performance.now()) {
    this.#terminal = terminal;
    this.#now = now;
    this.#startedMs = now();
  }

  /** One more case is done. */
  show(done: number, total: number, last: Pick<CaseResult, 'outcome' | 'simulatedUs'>): void {
    if (last.outcome !== 'passed') this.#failures += 1;
    this.#simulatedUs += last.simulatedUs;
    if (!this.#terminal.hasProgress || done === total) return;
    const nowMs = this.#now();
    if (nowMs < this.#nextMs) return;
    this.#nextMs = nowMs + frameMs;
    const leftUs = ((nowMs - this.#startedMs) * 1000 * (total - done)) / done;
    const failed = this.#failures === 0 ? [] : [`${this.#failures} failed`];
    const simulated = `${formatSpan(this.#simulatedUs)} simulated`;
    const left = `${formatSpan(leftUs)} left`;
    this.#draw(done / total, [`${done} of ${total} cases`, ...failed, left, simulated]);
  }

  /** Any other line of the same kind. */
  tell(text: string): void {
    if (this.#terminal.hasProgress) this.#draw(undefined, [text]);
  }

  /** Takes the line away. */
  clear(): void {
    if (!this.#isShown) return;
    this.#isShown = false;
    this.#terminal.err('\r\u001b[K');
  }

  /** What does not fit is left out from the end on, the bar first. */
  #draw(share: number | undefined, parts: readonly string[]): void {
    const roomMax = (this.#terminal.columns?.() ?? 80) - 1;
    const bar = share === undefined ? '' : `${barOf(share)}  `;
    const fitting = [...parts];
    const textOf = (): string => `   ${fitting.join(', ')}`;
    while (fitting.length > 1 && textOf().length > roomMax) fitting.pop();
    const text = textOf();
    const whole = text.length + bar.length <= roomMax ? `   ${bar}${text.trimStart()}` : text;
    this.#isShown = true;
    this.#terminal.err(`\r${whole.slice(0, roomMax)}\u001b[K`);
  }
}

function barOf(share: number): string {
  const full = Math.floor(share * barWidth);
  return `${'█'.repeat(full)}${'░'.repeat(barWidth - full)}`;
}
