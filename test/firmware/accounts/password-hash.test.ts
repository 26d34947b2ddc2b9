import { describe, expect, it } from 'vitest';
import { createPasswordHasher } from '#firmware/accounts/password-hash';
import { createRandom } from '#sim/kernel/random';

const hasherOf = (seed: string, cost: 'owasp' | 'test' = 'test') =>
  createPasswordHasher(createRandom(seed), cost);

describe('a password hash', () => {
  it('is argon2id in the PHC format, at the cost that was ordered', () => {
    expect(hasherOf('a').hash('secret')).toMatch(
      /^\$argon2id\$v=19\$m=8,t=1,p=1\$[^$]{22}\$[^$]{43}$/,
    );
    expect(hasherOf('a', 'owasp').hash('secret')).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
  });

  it('takes its salt from the board: another one each time, the same run the same ones', () => {
    const hasher = hasherOf('a');
    const [first, second] = [hasher.hash('secret'), hasher.hash('secret')];
    expect(first).not.toBe(second);
    expect(hasherOf('a').hash('secret')).toBe(first);
    expect(hasherOf('b').hash('secret')).not.toBe(first);
  });

  it('fits its password and no other', () => {
    const hasher = hasherOf('a');
    const hash = hasher.hash('sécret 🗻');
    expect(hasher.verify(hash, 'sécret 🗻')).toEqual({ isRight: true, isRehashDue: false });
    for (const other of ['', 'sécret', 'Sécret 🗻', 'sécret 🗻 ']) {
      expect(hasher.verify(hash, other)).toEqual({ isRight: false, isRehashDue: false });
    }
  });

  it('of any cost is verified, and due for a new one', () => {
    // Made by another implementation: OpenSSL's, through Node 24's crypto.argon2Sync.
    const reference =
      '$argon2id$v=19$m=64,t=3,p=2$c2FsdCBvZiAxNiBieXRlcw$b9n2qvKbpE0u/H6sspjNMyDR4Cz7dH8U+NCtVToxB7o';
    const hasher = hasherOf('a');
    expect(hasher.verify(reference, 'password')).toEqual({ isRight: true, isRehashDue: true });
    expect(hasher.verify(reference, 'passwort')).toEqual({ isRight: false, isRehashDue: true });
  });

  it.each([
    '',
    'secret',
    '$argon2id$v=19$m=8,t=1,p=1$c29tc2FsdA$AAAA',
    '$argon2i$v=19$m=8,t=1,p=1$c29tc2FsdA$AAAA',
    '$2b$10$abc',
  ])('is not %j, and that is said', (text) => {
    expect(hasherOf('a').verify(text, 'secret')).toBeUndefined();
  });
});
