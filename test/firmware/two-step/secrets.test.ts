import { Secret } from 'otpauth';
import { describe, expect, it } from 'vitest';
import { StoreError } from '#firmware/store/store';
import { createVault } from '#firmware/two-step/vault';
import { newServices } from '../services-rig.ts';
import { admin, codeAt, isIn, passwordOf, TwoStepRig } from './two-step-rig.ts';

/** All bytes of a flash. */
function bytesOf(rig: TwoStepRig): Buffer {
  const image = rig.board.flash.image();
  return Buffer.concat([...image.files.keys()].map((name) => Buffer.from(image.read(name))));
}

/** Forms in which a text may be written down. */
function formsOf(text: string): readonly Buffer[] {
  const bytes = Buffer.from(text);
  return [bytes, ...(['hex', 'base64'] as const).map((form) => Buffer.from(bytes.toString(form)))];
}

describe('a stolen flash', () => {
  it('holds no secret, code, answer, token or password of a whole life with 2-step verification', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria', { number: 4, text: 'Where?', answer: 'Kirkenes' });
    const { signIn, twoStep } = rig.services;
    const codes = [0, 1].map((steps) => codeAt(maria.secret, rig.nowMs + steps * 30_000));
    const wrong = rig.wrongCode(maria);
    const tokens: string[] = [];
    const proofs = [
      { kind: 'code', code: wrong },
      { kind: 'answer', answer: 'Svolvær-wrong' },
      { kind: 'answer', answer: 'Kirkenes' },
      { kind: 'recovery-code', code: maria.recoveryCodes[0] ?? '' },
      { kind: 'code', code: codes[0] ?? '' },
    ] as const;
    for (const proof of proofs) {
      const { pendingId } = rig.secondStep('maria');
      const outcome = signIn.verify(pendingId, proof, { rememberDevice: true });
      tokens.push(pendingId);
      if (outcome.kind === 'signed-in') tokens.push(outcome.session.token, outcome.session.id);
      if (outcome.kind === 'signed-in') tokens.push(outcome.device?.token ?? '');
    }
    const asker = { user: 'maria', address: 'serial' };
    const renewed = twoStep.renewRecoveryCodes(maria.id, codes[1] ?? '', asker);
    if (!renewed.ok) throw new Error(renewed.text);

    const recovery = [...maria.recoveryCodes, ...renewed.recoveryCodes];
    const words = [
      maria.secret,
      ...recovery,
      ...recovery.map((code) => code.replaceAll('-', '')),
      ...codes,
      wrong,
      'Kirkenes',
      'kirkenes',
      'Svolvær-wrong',
      passwordOf('maria'),
      ...tokens,
    ];
    expect(tokens.filter((token) => token !== '').length).toBeGreaterThan(12);
    const bytes = bytesOf(rig);
    const found = words.filter(
      (word) => word !== '' && formsOf(word).some((form) => bytes.includes(form)),
    );
    expect(found).toEqual([]);
    const raw = Buffer.from(Secret.fromBase32(maria.secret).bytes);
    expect(bytes.includes(raw)).toBe(false);
    expect(bytes.includes(raw.toString('hex'))).toBe(false);
    expect(bytes.includes(raw.toString('base64'))).toBe(false);
    // The search does find what is there: the question is no secret.
    expect(bytes.includes('Where?')).toBe(true);
  });

  it('opens no door in another board: its key stays where it was', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria');
    rig.board.powerOff();
    const image = rig.board.flash.image();
    const other = new TwoStepRig({
      seed: 2,
      flash: { image },
      deviceKey: new Uint8Array(32).fill(8),
    });
    const code = codeAt(maria.secret, other.nowMs);
    expect(() => other.signIn('maria', { kind: 'code', code })).toThrow(StoreError);
    expect(other.services.sessions.all()).toEqual([]);
    // The chart lives on: the recovery codes are hashed and belong to no board.
    const recovery = { kind: 'recovery-code', code: maria.recoveryCodes[0] ?? '' } as const;
    expect(isIn(other.signIn('maria', recovery))).toBe(true);
  });
});

describe('a sealed secret', () => {
  const secret = new Uint8Array(20).fill(0x5a);
  const vault = () => {
    const { store, board } = newServices();
    return createVault(store, board.identity, board.random);
  };

  it('opens for its owner', () => {
    const one = vault();
    expect([...one.open('owner 7', one.seal('owner 7', secret))]).toEqual([...secret]);
  });

  it('is another one each time', () => {
    const one = vault();
    expect(one.seal('owner 7', secret)).not.toEqual(one.seal('owner 7', secret));
  });

  it('does not open for another owner, after any change of a bit, or when it is cut short', () => {
    const one = vault();
    const sealed = one.seal('owner 7', secret);
    expect(() => one.open('owner 8', sealed)).toThrow('cannot be read');
    for (let place = 0; place < sealed.length; place += 1) {
      const changed = Uint8Array.from(sealed);
      changed[place] = (changed[place] ?? 0) ^ 1;
      expect(() => one.open('owner 7', changed)).toThrow(StoreError);
      expect(() => one.open('owner 7', sealed.subarray(0, place))).toThrow(StoreError);
    }
  });

  it('does not open once the salt is gone', () => {
    const one = vault();
    const sealed = one.seal('owner 7', secret);
    one.dropSalt();
    expect(() => one.open('owner 7', sealed)).toThrow(StoreError);
  });

  it('is worth nothing after a roll-back of what it was sealed in', () => {
    const { store, board } = newServices();
    const one = createVault(store, board.identity, board.random);
    expect(() =>
      store.transaction(() => {
        one.seal('owner 7', secret);
        throw new Error('no');
      }),
    ).toThrow('no');
    const sealed = one.seal('owner 7', secret);
    const again = createVault(store, board.identity, board.random);
    expect([...again.open('owner 7', sealed)]).toEqual([...secret]);
  });
});

describe('the event log', () => {
  it('says who did what with which factor, in words of which none is secret', () => {
    const rig = new TwoStepRig();
    const maria = rig.addEnrolled('maria', { number: 1, answer: 'Rex' });
    rig.signIn('maria', { kind: 'answer', answer: 'Fido' });
    rig.signIn('maria', { kind: 'recovery-code', code: 'ABCD' });
    rig.signInByCode(maria);
    rig.services.twoStep.disable(maria.id, { by: 'administrator', asker: admin });
    rig.begin('maria', { password: 'wrong' });
    rig.begin('nobody-there');
    const entries = rig.services.log.page({ limit: 10 });
    expect(entries.map(({ user, text }) => `${user}: ${text}`)).toEqual([
      'undefined: login refused: wrong user name or password',
      'maria: login refused: wrong user name or password',
      'admin: 2-step verification disabled by an administrator (user maria)',
      'maria: logged in with password and security code',
      'maria: login refused: right password, wrong recovery code',
      'maria: login refused: right password, wrong answer',
      'maria: 2-step verification enabled',
    ]);
  });
});
