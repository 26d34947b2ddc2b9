import type { Settings } from '../settings/settings.ts';
import { isInRange } from '../settings/values.ts';

/**
 * Whether the security level lets that network address sign in: low lets all, medium all that are
 * not on the deny list, high only those on the allow list. IPv4 written as IPv6 is IPv4.
 */
export function isAddressAllowed(settings: Settings, address: string): boolean {
  const plain = address.replace(/^::ffff:(?=\d+\.)/i, '');
  const isOn = (ranges: readonly string[]): boolean =>
    ranges.some((range) => isInRange(plain, range));
  const level = settings.get('security.level');
  if (level === 'low') return true;
  if (level === 'medium') return !isOn(settings.get('accessList.denied'));
  return isOn(settings.get('accessList.allowed'));
}
