import type { PhoneAccount } from './phone.ts';

/** An account as an authenticator app shows it: `admin   123 456   17 s   TS-453N: admin`. */
export function accountLine({ name, title, code, leftMs }: PhoneAccount): string {
  const middle = Math.ceil(code.length / 2);
  const shown = `${code.slice(0, middle)} ${code.slice(middle)}`;
  const left = `${Math.ceil(leftMs / 1000)} s`.padStart(4);
  return `${name.padEnd(12)} ${shown}  ${left}  ${title}`.trimEnd();
}
