/** The numbers that the steps of a case find. */
export class ResultCounts {
  readonly #counts = new Map<string, number>();

  /** Adds to the number of a name; all begin at 0. */
  add(name: string, count = 1): void {
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + count);
  }

  /** The numbers of these names. */
  named(names: readonly string[]): Readonly<Record<string, number>> {
    return Object.fromEntries(names.map((name) => [name, this.#counts.get(name) ?? 0]));
  }
}
