/** What a scenario is judged by: its steps, what must hold whatever happens, or both. */
export const judges = ['steps', 'invariants', 'both'] as const;

/** One of `judges`. */
export type Judge = (typeof judges)[number];
