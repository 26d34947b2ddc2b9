import { describe, expect, it } from 'vitest';
import { accessFrom, type Access } from '#firmware/accounts/share-rights';

describe('what follows from the rights of a user and its groups', () => {
  it.each<[Access | undefined, Access[], Access]>([
    [undefined, [], 'none'],
    [undefined, ['read'], 'read'],
    [undefined, ['write'], 'write'],
    [undefined, ['read', 'write'], 'write'],
    [undefined, ['write', 'read'], 'write'],
    [undefined, ['none'], 'none'],
    [undefined, ['write', 'none'], 'none'],
    [undefined, ['none', 'read'], 'none'],
    ['none', [], 'none'],
    ['none', ['write'], 'none'],
    ['read', ['write'], 'read'],
    ['read', ['none'], 'read'],
    ['write', ['none', 'read'], 'write'],
  ])('user %s, groups %j: %s', (user, groups, access) => {
    expect(accessFrom({ user, groups })).toBe(access);
  });
});
