import type { Try } from './face.ts';
import type { Name, Person, Scene } from './scene.ts';

/**
 * Where what is typed comes from: it is the right one, made up, one that was used already, somebody
 * else's, or of a time long gone.
 */
export type Origin = 'right' | 'made up' | 'used' | "another's" | 'stale';

/** Who the other one is. */
export const other: Name = 'carol';

/** More than the appliance looks round for a code. */
const staleMs = 150_000;

/** What that person types. Time passes where the right code was typed already. */
export async function tryOf(
  scene: Scene,
  person: Person,
  kind: Try['kind'],
  origin: Origin,
): Promise<Try> {
  const text = await textOf(scene, person, kind, origin);
  return { kind, text };
}

async function textOf(
  scene: Scene,
  person: Person,
  kind: Try['kind'],
  origin: Origin,
): Promise<string> {
  if (kind === 'email-code') return emailCodeOf(scene, person, origin);
  const stranger = scene.people[other];
  if (kind === 'answer') {
    if (origin === 'right') return person.answer;
    return origin === "another's" ? stranger.answer : 'Fido';
  }
  if (kind === 'recovery-code') {
    if (origin === 'right') return person.recoveryCodes[0] ?? '';
    if (origin === "another's") return stranger.recoveryCodes[0] ?? '';
    const madeUp = 'ABCD-EFGH-JKMN-PQRS';
    return origin === 'used' ? (person.usedRecoveryCode ?? madeUp) : madeUp;
  }
  if (origin === 'right') return scene.freshCode(person);
  if (origin === "another's") return scene.code(stranger);
  if (origin === 'used') return person.usedCode ?? scene.wrongCode(person);
  if (origin === 'stale') return scene.codeOf(person, -staleMs);
  return scene.wrongCode(person);
}

/** Who gets codes by mail, too. */
export const otherMailed: Name = 'olga';

function emailCodeOf(scene: Scene, person: Person, origin: Origin): string {
  const madeUp = '00000000';
  if (origin === 'right') return scene.mailedCode(person) ?? madeUp;
  if (origin === "another's") return scene.mailedCode(scene.people[otherMailed]) ?? madeUp;
  return origin === 'used' ? (person.usedEmailCode ?? madeUp) : madeUp;
}

/** What let somebody in does so once. */
export function useUp(person: Person, { kind, text }: Try): void {
  if (kind === 'code') person.usedCode = text;
  if (kind === 'email-code') person.usedEmailCode = text;
  if (kind !== 'recovery-code') return;
  person.usedRecoveryCode = text;
  person.recoveryCodes = person.recoveryCodes.filter((code) => code !== text);
}
