import type { StepContext } from './context.ts';
import type { Parsed } from './duration.ts';
import type { FieldSchema } from './schema.ts';
import type { StepFiles } from './step-files.ts';

/** A place in a scenario file; lines and columns count from 1. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** A step that did not hold, in the words of a scenario file. */
export interface StepFailure {
  readonly expected: string;
  readonly seen: string;
}

/**
 * One kind of step: the same thing in a scenario file, at the bench's prompt and in the test kit.
 */
export interface StepDefinition<T = unknown> {
  readonly key: string;
  readonly schema: FieldSchema<T>;
  /** Why this version does not do it; absent where it does. Told before anything runs. */
  readonly unavailable?: string;
  /** Does it; answers what did not hold. Waits in simulated time, through the context alone. */
  run(context: StepContext, value: T): StepFailure | undefined | Promise<StepFailure | undefined>;
  /** For steps that name files: reads them, before anything runs; answers the value to run with. */
  load?(value: T, files: StepFiles): Parsed<T>;
  /** The value, as a file would give it, from the words after the key at the bench's prompt. */
  readonly fromWords?: (words: readonly string[]) => unknown;
  /** How it is typed at the prompt, for its help; absent where it cannot be. */
  readonly usage?: string;
  /** How reports name it, where what is written may be a secret; undefined: as it is written. */
  told?(value: T): string | undefined;
  /** Names that have a value once the step is done. */
  captures?(value: T): readonly string[];
  /** Names of the numbers that it adds to; each is 0 before the first step. */
  results?(value: T): readonly string[];
  /** For steps that hold steps: what the reader makes of their `steps`. */
  rounds?(value: T): Rounds;
}

/** How often steps are done, and with which variables. */
export interface Rounds {
  readonly times: number;
  /** One reading of the steps for each. */
  readonly variables: readonly ReadonlyMap<string, string | number | boolean | null>[];
}

/** A step of a scenario, ready to be done. */
export interface Step {
  readonly key: string;
  /** What the scenario calls it. */
  readonly name: string | undefined;
  readonly definition: StepDefinition;
  readonly value: unknown;
  readonly position: Position;
  /** As it is written, on one line. */
  readonly source: string;
  /** Of a loop. */
  readonly loop: Loop | undefined;
}

/** The steps inside a step. */
export interface Loop {
  readonly times: number;
  readonly bodies: readonly (readonly Step[])[];
}

/**
 * Keeps a definition's own type for its value while it is written, and forgets it for the table.
 */
export function defineStep<T>(definition: StepDefinition<T>): StepDefinition {
  return definition as StepDefinition;
}
