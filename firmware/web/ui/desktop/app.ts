import type { TemplateResult } from 'lit';
import type { OwnSession } from '../api/answers.ts';
import type { IconName } from '../base/icons.ts';

/** One page of an application. */
export interface Section {
  /** Its part of the address. */
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  /** Loads the code; called when somebody goes there. */
  load(): Promise<unknown>;
  /** Its element, once it is loaded. */
  render(session: OwnSession): TemplateResult;
}

/** What stands on the desktop and opens in a window. */
export interface App {
  /** Its part of the address. */
  readonly id: string;
  readonly title: string;
  readonly icon: IconName;
  readonly audience: 'everybody' | 'administrators';
  /** The first one is shown where the address names none. */
  readonly sections: readonly [Section, ...Section[]];
}
