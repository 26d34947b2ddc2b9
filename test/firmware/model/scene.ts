import { restoreBench, type BenchSnapshot } from '#sim/bench';
import { TestBench } from '#sim/test-kit/test-bench';
import { powerOn } from '#sim/testing';

/** Somebody, with all that the appliance ever gave out to them. */
export interface Person {
  readonly name: string;
  password: string;
  /** The answer to the security question, and whether there is one to answer. */
  answer: string;
  isAsked: boolean;
  /** What the QR code said; undefined while 2-step verification is off. */
  uri: string | undefined;
  /** Not used so far. */
  recoveryCodes: string[];
  usedRecoveryCode: string | undefined;
  /** The codes that were taken last. */
  usedCode: string | undefined;
  usedEmailCode: string | undefined;
}

/** Everybody who plays a part. */
export const names = ['admin', 'olga', 'bob', 'carol'] as const;

/** One of them: `olga` is the second administrator; `carol` has 2-step verification throughout. */
export type Name = (typeof names)[number];

/** The group that is enforced, or not. */
export const groupName = 'staff';

/** A board on which something has happened already, to begin paths from. */
export interface Stage {
  readonly snapshot: BenchSnapshot;
  readonly people: Readonly<Record<Name, Person>>;
}

const stepMs = 30_000;

/** A board and its people, in the midst of a path. */
export class Scene implements AsyncDisposable {
  readonly bench: TestBench;
  readonly people: Readonly<Record<Name, Person>>;

  private constructor(bench: TestBench, people: Readonly<Record<Name, Person>>) {
    this.bench = bench;
    this.people = people;
  }

  /** A board that has booted, as it comes from the factory. */
  static async new(): Promise<Scene> {
    const bench = await powerOn({ seed: 11 });
    const person = (name: Name): Person => ({
      name,
      password: name === 'admin' ? bench.bench.board.defaultPassword : `${name}-Tart-7`,
      answer: `the dog of ${name}`,
      isAsked: false,
      uri: undefined,
      recoveryCodes: [],
      usedRecoveryCode: undefined,
      usedCode: undefined,
      usedEmailCode: undefined,
    });
    return new Scene(bench, {
      admin: person('admin'),
      olga: person('olga'),
      bob: person('bob'),
      carol: person('carol'),
    });
  }

  /** Goes on from a stage; as often as wanted. */
  static async on({ snapshot, people }: Stage): Promise<Scene> {
    const scene = new Scene(new TestBench(restoreBench(snapshot)), structuredClone(people));
    for (const { name, uri } of Object.values(scene.people)) {
      if (uri !== undefined) await scene.bench.phone.add(uri, name);
    }
    return scene;
  }

  /** Where others go on from. Nobody may be logged in. */
  async asStage(): Promise<Stage> {
    // No code that was mailed is good any more, and the next may be asked for at once.
    await this.pass(31_000);
    return { snapshot: this.bench.bench.snapshot(), people: structuredClone(this.people) };
  }

  /** What the appliance says of a user's 2-step verification; undefined: there is no such user. */
  statusOf({ name }: Person): string | undefined {
    return this.bench.bench.stateOf(`two-step.${name}`);
  }

  /** Lets exactly so much time pass. */
  async pass(ms: number): Promise<void> {
    await this.bench.advance(`${ms}ms`);
  }

  /** A code that nobody has typed so far: time passes until the phone shows another one. */
  async freshCode(person: Person): Promise<string> {
    return this.bench.phone.nextCode(person.name);
  }

  /** What the phone shows now. */
  code(person: Person): string {
    return this.bench.phone.code(person.name);
  }

  /** What a phone would show whose clock is so far off. */
  codeOf(person: Person, skewMs: number): string {
    const { phone } = this.bench;
    phone.setSkew(`${skewMs}ms`);
    const code = phone.code(person.name);
    phone.setSkew('0ms');
    return code;
  }

  /** Six digits that the appliance takes in no step near this one. */
  wrongCode(person: Person): string {
    const near = new Set([-2, -1, 0, 1, 2].map((steps) => this.codeOf(person, steps * stepMs)));
    let wrong = 123_456;
    while (near.has(String(wrong))) wrong += 1;
    return String(wrong);
  }

  /** Where mails to somebody go. */
  addressOf({ name }: Person): string {
    return `${name}@people.example`;
  }

  /** The code of the last mail with one that somebody got; none so far: undefined. */
  mailedCode(person: Person): string | undefined {
    const address = this.addressOf(person);
    const mail = this.bench.mailbox.messages.findLast(
      ({ envelope, text }) => envelope.to.includes(address) && /\b\d{8}\b/.test(text),
    );
    return /\b\d{8}\b/.exec(mail?.text ?? '')?.[0];
  }

  /** Lets time pass until one more mail has come than there were. */
  async untilMailed(before: number): Promise<void> {
    await this.bench.until(() => this.bench.mailbox.messages.length > before);
  }

  /** The phone takes what the wizard showed. */
  async scan(person: Person, uri: string): Promise<void> {
    await this.bench.phone.add(uri, person.name);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.bench.stop();
  }
}
