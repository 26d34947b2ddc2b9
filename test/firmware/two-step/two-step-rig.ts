import { createHmac } from 'node:crypto';
import { Secret } from 'otpauth';
import type { Proof, SecondStep, SignInRequest, VerifyOutcome } from '#firmware/access/sign-in';
import type { PasswordCost } from '#firmware/options';
import type { Services } from '#firmware/services';
import type { QuestionChoice } from '#firmware/two-step/questions';
import type { BoardOptions } from '#sim/board';
import { ServicesRig } from '../services-rig.ts';

/** Whoever asks in tests. */
export const admin = { user: 'admin', address: 'serial' } as const;

/** The password of a user of tests. */
export const passwordOf = (name: string): string => `${name}-password-1`;

/** The code of a step, by hand: the firmware's own is what is tested. */
export function codeAt(secretBase32: string, timeMs: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(timeMs / 30_000)));
  const hash = createHmac('sha1', Secret.fromBase32(secretBase32).bytes).update(counter).digest();
  const number = hash.readUInt32BE((hash.at(-1) ?? 0) & 15) & 0x7fff_ffff;
  return String(number % 1_000_000).padStart(6, '0');
}

/** A user with 2-step verification, and what the user has. */
export interface Enrolled {
  readonly id: number;
  readonly name: string;
  readonly secret: string;
  readonly recoveryCodes: readonly string[];
}

/** One board whatever the seed: what one rig sealed, the next can read. */
const deviceKey = new Uint8Array(32).fill(7);

/** The services on a board, with people who have 2-step verification. */
export class TwoStepRig extends ServicesRig {
  constructor(options: BoardOptions & { seed?: number; passwordCost?: PasswordCost } = {}) {
    super({ deviceKey, ...options });
    this.bootWell();
  }

  get nowMs(): number {
    return this.services.wallClock.nowMs();
  }

  /** Lets time pass on the board: everything that is due happens. */
  async pass(seconds: number): Promise<void> {
    await this.board.world.runFor(seconds * 1_000_000);
  }

  setClock(timeMs: number): void {
    this.services.wallClock.setManually(timeMs);
  }

  addUser(name: string, groups: readonly string[] = []): number {
    const outcome = this.services.accounts.createUser({ name, password: passwordOf(name), groups });
    if (!outcome.ok) throw new Error(outcome.text);
    return this.idOf(name);
  }

  idOf(name: string): number {
    const user = this.services.accounts.user(name);
    if (user === undefined) throw new Error(`there is no user ${name}`);
    return user.id;
  }

  /** Walks a user through the set-up, with the code of the step before: it is then used up. */
  enrol(name: string, choice?: QuestionChoice): Enrolled {
    const { twoStep } = this.services;
    const id = this.idOf(name);
    const asker = { user: name, address: 'serial' };
    const begun = twoStep.begin(id, asker);
    if (!begun.ok) throw new Error(begun.text);
    const secret = begun.enrolment.secretBase32;
    const confirmed = twoStep.confirm(id, codeAt(secret, this.nowMs - 30_000));
    if (!confirmed.ok) throw new Error(confirmed.text);
    if (choice !== undefined) {
      const chosen = twoStep.chooseQuestion(id, choice);
      if (!chosen.ok) throw new Error(chosen.text);
    }
    const finished = twoStep.finish(id, asker);
    if (!finished.ok) throw new Error(finished.text);
    return { id, name, secret, recoveryCodes: finished.recoveryCodes };
  }

  /** A user who has 2-step verification from the first. */
  addEnrolled(name: string, choice?: QuestionChoice): Enrolled {
    this.addUser(name);
    return this.enrol(name, choice);
  }

  begin(name: string, more: Partial<SignInRequest> = {}) {
    return this.services.signIn.begin({
      name,
      password: passwordOf(name),
      via: 'web',
      address: '192.168.1.77',
      application: 'browser',
      ...more,
    });
  }

  /** The second step of a sign-in whose password is right. */
  secondStep(name: string, more: Partial<SignInRequest> = {}): SecondStep {
    const outcome = this.begin(name, more);
    if (outcome.kind !== 'second-step') throw new Error(`no second step: ${outcome.kind}`);
    return outcome;
  }

  /** A whole sign-in with that proof. */
  signIn(name: string, proof: Proof, more: Partial<SignInRequest> = {}): VerifyOutcome {
    return this.services.signIn.verify(this.secondStep(name, more).pendingId, proof);
  }

  /** A whole sign-in with the code of so many steps from now. */
  signInByCode(user: Enrolled, steps = 0): VerifyOutcome {
    const code = codeAt(user.secret, this.nowMs + steps * 30_000);
    return this.signIn(user.name, { kind: 'code', code });
  }

  /** A code that is wrong now and for hours around. */
  wrongCode(user: Enrolled): string {
    const near = new Set<string>();
    for (let step = -1_500; step <= 1_500; step += 1) {
      near.add(codeAt(user.secret, this.nowMs + step * 30_000));
    }
    for (let code = 0; ; code += 1) {
      const text = String(code).padStart(6, '0');
      if (!near.has(text)) return text;
    }
  }

  logTexts(): readonly string[] {
    return this.services.log.page({ limit: 10_000 }).map(({ text }) => text);
  }
}

/** Whether somebody got in. */
export function isIn(outcome: VerifyOutcome | ReturnType<Services['signIn']['begin']>): boolean {
  return outcome.kind === 'signed-in';
}
