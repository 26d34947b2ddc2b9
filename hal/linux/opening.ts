import { type HalError, isHalError, type PortName } from '../errors.ts';

/** What came of opening one part. */
export interface PartFinding {
  readonly port: PortName;
  /** Absent where it could be opened. */
  readonly error?: HalError;
}

/** A board that could not be opened; the message has a line for each part that failed. */
export class BoardFailure extends Error {
  override readonly name = 'BoardFailure';
  readonly failures: readonly HalError[];

  constructor(findings: readonly PartFinding[]) {
    const failures = findings.flatMap(({ error }) => error ?? []);
    super(failures.map(({ message }) => message).join('\n'));
    this.failures = failures;
  }
}

interface Part {
  close(): void | Promise<void>;
}

/** The parts of a board as they are opened, and how to let go of them. */
export class Opening {
  readonly findings: PartFinding[] = [];
  readonly #parts: Part[] = [];
  #ending: Promise<void> | undefined;

  get hasFailed(): boolean {
    return this.findings.some(({ error }) => error !== undefined);
  }

  /** Opens a part; where that fails with a HalError it is noted, and the others have their turn. */
  async open<P extends Part>(port: PortName, make: () => P | Promise<P>): Promise<P | undefined> {
    const part = await this.look(port, make);
    if (part !== undefined) this.#parts.push(part);
    return part;
  }

  /** The same for a part that the caller closes. */
  async look<P>(port: PortName, make: () => P | Promise<P>): Promise<P | undefined> {
    try {
      const part = await make();
      this.findings.push({ port });
      return part;
    } catch (error) {
      if (!isHalError(error)) throw error;
      this.findings.push({ port, error });
      return undefined;
    }
  }

  /** Has parts closed that cannot fail to open. */
  keep(...parts: readonly Part[]): void {
    this.#parts.push(...parts);
  }

  /** Closes all, the last one first; one that fails keeps no other open. */
  close(): Promise<void> {
    this.#ending ??= closeAll(this.#parts.splice(0).toReversed());
    return this.#ending;
  }
}

async function closeAll(parts: readonly Part[]): Promise<void> {
  const failures: unknown[] = [];
  for (const part of parts) {
    try {
      await part.close();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw failures[0];
}
