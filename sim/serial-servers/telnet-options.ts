import { telnet, type TelnetVerb } from './telnet-parser.ts';

/** Options of telnet, as IANA numbers them. */
export const telnetOption = {
  binary: 0,
  echo: 1,
  suppressGoAhead: 3,
  comPort: 44,
} as const;

type State = 'no' | 'asked' | 'yes';

/** Which options are wished for: here, and at the client. */
export interface WantedOptions {
  readonly ours: readonly number[];
  readonly theirs: readonly number[];
}

/**
 * Both ends' options (RFC 855), agreed upon as RFC 1143 asks: a change is answered, a confirmation
 * is not, so that no two ends answer each other for ever.
 */
export class TelnetOptions {
  readonly #ours: Map<number, State>;
  readonly #theirs: Map<number, State>;

  constructor({ ours, theirs }: WantedOptions) {
    this.#ours = new Map(ours.map((option) => [option, 'asked']));
    this.#theirs = new Map(theirs.map((option) => [option, 'asked']));
  }

  /** Asks for all that is wished. */
  greet(): readonly number[] {
    const offers = [...this.#ours.keys()].flatMap((option) => [telnet.iac, telnet.will, option]);
    const wishes = [...this.#theirs.keys()].flatMap((option) => [telnet.iac, telnet.do, option]);
    return [...offers, ...wishes];
  }

  /** Whether we do it, and the client knows. */
  isOurs(option: number): boolean {
    return this.#ours.get(option) === 'yes';
  }

  /** Whether the client does it. */
  isTheirs(option: number): boolean {
    return this.#theirs.get(option) === 'yes';
  }

  /** What the client says of an option; answers what is said to that. */
  hear(verb: TelnetVerb, option: number): readonly number[] {
    if (verb === 'will' || verb === 'wont') {
      const replies = { yes: telnet.do, no: telnet.dont };
      return change(this.#theirs, { option, isOn: verb === 'will', replies });
    }
    const replies = { yes: telnet.will, no: telnet.wont };
    return change(this.#ours, { option, isOn: verb === 'do', replies });
  }
}

function change(
  states: Map<number, State>,
  {
    option,
    isOn,
    replies,
  }: { option: number; isOn: boolean; replies: { readonly yes: number; readonly no: number } },
): readonly number[] {
  const before = states.get(option);
  // Not wished for, and never on.
  if (before === undefined) return isOn ? [telnet.iac, replies.no, option] : [];
  states.set(option, isOn ? 'yes' : 'no');
  if (isOn) return before === 'no' ? [telnet.iac, replies.yes, option] : [];
  return before === 'yes' ? [telnet.iac, replies.no, option] : [];
}
