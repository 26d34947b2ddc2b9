/** What this browser keeps between visits. Nothing secret: any script of the page can read it. */
type Kept = 'theme' | 'may-be-signed-in';

const prefix = 'nasboard.';

/** A browser may forbid to keep anything: then nothing is kept, and all works for one visit. */
export const remembered = {
  /** What is kept under that name. */
  get(name: Kept): string | undefined {
    try {
      return localStorage.getItem(prefix + name) ?? undefined;
    } catch {
      return undefined;
    }
  },

  /** Keeps a value, or no longer keeps one. */
  set(name: Kept, value: string | undefined): void {
    try {
      if (value === undefined) localStorage.removeItem(prefix + name);
      else localStorage.setItem(prefix + name, value);
    } catch {
      // See above.
    }
  },
};
