import type { Person } from './scene.ts';

/** What came of name and password. */
export type Begun = 'in' | 'second step' | 'set-up only' | 'new password' | 'refused';

/**
 * What came of a proof. `over`: wrong, and the login ended with it. `not taken`: not looked at, or
 * not on offer. `expired`: there is no login that waits for it. `failed`: the appliance could not.
 */
export type Proved = 'in' | 'wrong' | 'over' | 'not taken' | 'expired' | 'failed';

/** What came of something asked for. */
export type Done = 'done' | 'refused' | 'wrong' | 'expired' | 'failed';

/** A try at the second step. */
export interface Try {
  readonly kind: 'code' | 'recovery-code' | 'answer' | 'email-code';
  readonly text: string;
}

/** What is another way at one face than at others. */
export interface Traits {
  /** A login is given up when the appliance failed at a proof, or takes none any more. */
  readonly isGivingUp: boolean;
  /** The wizard asks for another way, and then finishes by itself. */
  readonly isFinishAfterChoice: boolean;
  /** Who goes away is not logged out, and devices are remembered. */
  readonly isLasting: boolean;
  /**
   * Name and password come with each proof: no login waits for one, and what was not looked at is
   * told as what was wrong.
   */
  readonly isOneCall: boolean;
}

/** What outlasts being at a face: a session in another browser, a device that is remembered. */
export interface Lasting {
  /** Goes away from the present session, leaves it open; keeps the device of the last `prove`. */
  keep(owner: string): void;
  /** Of a session that somebody left open: whether it may do all, the wizard alone, or is over. */
  kept(owner: string): Promise<'over' | 'free' | 'limited'>;
  /** Name and password, at the device that somebody had remembered. */
  beginAtDevice(who: Pick<Person, 'name' | 'password'>, owner: string): Promise<Begun>;
}

/**
 * A way into the appliance, and what people do there for these tests, in the same words whatever
 * the way. One person at a time is at a face.
 */
export interface Door {
  readonly name: string;
  readonly traits: Traits;
  begin(who: Pick<Person, 'name' | 'password'>): Promise<Begun>;
  /** The second step of the login that was begun last. */
  prove(tried: Try): Promise<Proved>;
  /** Has a code mailed for it; `too soon` after the one before. */
  askForMail(): Promise<'sent' | 'too soon'>;
  /** Gives the login up that was begun last. */
  giveUp(): Promise<void>;
  /** Whatever went on there: somebody else can log in. */
  home(): Promise<void>;
  /** Ends the session, whatever it may do. */
  logOut(): Promise<void>;
}

/** A way in where people can do all that these tests are about. */
export interface Face extends Door {
  /** Where `traits.isLasting`. */
  readonly lasting?: Lasting;
  /** In a session that may do nothing but the wizard: whether that is so. */
  isConfined(): Promise<boolean>;
  /** In the session of a person with the default password; answers what the session is then. */
  replacePassword(password: string): Promise<Begun>;

  /** Opens the wizard in the present session; answers what the QR code says, or why not. */
  openWizard(person: Person, code?: string): Promise<{ readonly uri: string } | Done>;
  confirm(code: string): Promise<Done>;
  chooseQuestion(answer: string): Promise<Done>;
  /** Answers the recovery codes, or why not. The session is over where it was done. */
  finish(): Promise<readonly string[] | Done>;
  leaveWizard(): Promise<void>;

  /** In the present session, the user's own. The session is over where it was done. */
  disable(person: Person, code: string): Promise<Done>;
  /** In the session of an administrator. */
  enforce(holder: 'user' | 'group', name: string, isOn: boolean): Promise<Done>;
  setMember(group: string, name: string, isMember: boolean): Promise<Done>;
  disableOther(name: string): Promise<Done>;
}
