/** A page of the desktop: `#/options/two-step`. */
export interface Place {
  readonly app: string | undefined;
  readonly section: string | undefined;
}

/** The place that an address names. */
export function placeOf(hash: string): Place {
  const [, app, section] = /^#\/([a-z-]+)(?:\/([a-z-]+))?$/.exec(hash) ?? [];
  return { app, section };
}

/** The address of a place. */
export function addressOf(app: string, section?: string): string {
  return section === undefined ? `#/${app}` : `#/${app}/${section}`;
}
