import { URI, type TOTP } from 'otpauth';
import { adminPassword, type ConsoleBench } from './console-bench.ts';

/** One time step of a security code. */
export const stepMs = 30_000;

/** The answer to the security question in these tests. */
export const securityAnswer = 'Rex the second';

/** Somebody with an authenticator app, who has written the recovery codes down. */
export interface Person {
  readonly name: string;
  readonly password: string;
  readonly secretBase32: string;
  readonly recoveryCodes: readonly string[];
  /** What the app shows now, by a phone that agrees with the NAS. */
  code(): string;
}

/** What the app shows at a time; the app knows the key from the otpauth URI of the wizard. */
function appOf(shown: string): TOTP {
  const [uri] = /otpauth:\/\/\S+/.exec(shown) ?? [];
  if (uri === undefined) throw new Error(`no key was shown: ${shown}`);
  return URI.parse(uri) as TOTP;
}

/**
 * Walks the wizard from its first question for a code to its end. `shown` is what it printed before
 * that.
 */
export async function finishWizard(
  console: ConsoleBench,
  shown: string,
  who: { readonly name: string; readonly password: string },
): Promise<Person> {
  const app = appOf(shown);
  const code = (): string =>
    app.generate({ timestamp: console.bench.firmware?.wallClockMs() ?? 0 });
  await console.enter(code());
  await console.enter('1');
  await console.enter(securityAnswer);
  const end = await console.enter(securityAnswer);
  const recoveryCodes = [...end.matchAll(/^ {2}recovery code \d+: (\S+)$/gm)].map(
    ([, one = '']) => one,
  );
  return {
    ...who,
    code,
    secretBase32: app.secret.base32,
    recoveryCodes: recoveryCodes.map((one) => one.trim()),
  };
}

/** `admin`, in the shell, sets up 2-step verification; ends at the login prompt. */
export async function enrolAdmin(console: ConsoleBench): Promise<Person> {
  await console.enter('2sv enable');
  const shown = await console.enter(adminPassword);
  const person = await finishWizard(console, shown, { name: 'admin', password: adminPassword });
  // The code of the wizard is used up.
  await console.wait(stepMs);
  return person;
}

/** Types name and password; answers what came then. */
export async function startLogin(
  console: ConsoleBench,
  { name, password }: Pick<Person, 'name' | 'password'>,
): Promise<string> {
  await console.enter(name);
  return console.enter(password);
}

/** Logs in with a code of now. */
export async function logInWithCode(console: ConsoleBench, person: Person): Promise<string> {
  await startLogin(console, person);
  return console.enter(person.code());
}
