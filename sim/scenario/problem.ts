import { UsageError } from '../kernel/invariant.ts';

/** What makes a scenario file unusable, and where. Lines and columns count from 1. */
export interface ScenarioProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly text: string;
}

/** A scenario file that cannot be run; nothing of it has. */
export class ScenarioError extends UsageError {
  readonly problems: readonly ScenarioProblem[];

  constructor(problems: readonly ScenarioProblem[]) {
    super(problems.map(formatProblem).join('\n'));
    this.problems = problems;
  }
}

/** One line, in the form that editors and terminals turn into a link. */
export function formatProblem({ file, line, column, text }: ScenarioProblem): string {
  return `${file}:${line}:${column}  ${text}`;
}
