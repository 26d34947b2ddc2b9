import { describe, expect, it } from 'vitest';
import { adminInShell, createUser } from './console-bench.ts';
import { startLogin } from './two-step-person.ts';

const bob = { name: 'bob', password: 'secret-of-bob-1' };

describe('the password that the console asks for again', () => {
  it('counts as a failed login where it is wrong and accounts are protected', async () => {
    const console = await adminInShell();
    await createUser(console, bob.name, bob.password);
    await console.enter('setting set protection.account.enabled true');
    await console.enter('logout');
    await startLogin(console, bob);
    for (let count = 0; count < 5; count += 1) {
      await console.enter('2sv enable');
      expect(await console.enter('guess', 2_100)).toContain('Wrong password. Nothing was changed.');
    }
    expect(console.log()[0]).toBe('wrong password at a question that needs it');
    await console.enter('2sv enable');
    expect(await console.enter(bob.password, 2_100)).toMatch(
      /Not checked\. Wait 2\d\d s\. Nothing was changed\.\r\n/,
    );
    await console.wait(300_000);
    await console.enter('2sv enable');
    expect(await console.enter(bob.password)).toContain('Security key: ');
  });
});
