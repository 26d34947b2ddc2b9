import * as v from 'valibot';
import {
  addressRanges,
  hostNameOrNone,
  ipv4Address,
  ipv4AddressOrNone,
  ipv4Mask,
  oneOf,
  textThat,
  timeServers,
  timeZone,
  wholeNumber,
  yesOrNo,
} from './values.ts';

/** One setting: its meaning, its default, what it may be. */
export interface Definition<S extends v.GenericSchema = v.GenericSchema> {
  /** What people call it. */
  readonly label: string;
  readonly schema: S;
  readonly default: v.InferOutput<S>;
  /** Whether RESET held for three seconds brings the default back. */
  readonly restoredByBasicReset: boolean;
  /** What the value counts. */
  readonly unit?: 'minutes' | 'hours' | 'days' | 'characters';
  /** True where the value must never be shown or logged. */
  readonly isSecret?: true;
}

const define = <const S extends v.GenericSchema>(definition: Definition<S>): Definition<S> =>
  definition;

/** The date formats, in the order in which the QTS API counts them from 1. */
export const dateFormats = [
  'YYYY/M/D',
  'YYYY.M.D',
  'YYYY-M-D',
  'M/D/YYYY',
  'M.D.YYYY',
  'M-D-YYYY',
  'D/M/YYYY',
  'D.M.YYYY',
  'D-M-YYYY',
] as const;

const basic = { restoredByBasicReset: true } as const;
const kept = { restoredByBasicReset: false } as const;

/**
 * Every setting there is. A key or a default once released stays: values are stored only where they
 * differ from the default. The advanced reset restores all of them.
 */
export const definitions = {
  'network.mode': define({
    label: 'IP configuration',
    schema: oneOf('dhcp', 'static'),
    default: 'dhcp',
    ...basic,
  }),
  'network.address': define({
    label: 'static IP address',
    schema: ipv4Address,
    default: '169.254.100.100',
    ...basic,
  }),
  'network.mask': define({
    label: 'subnet mask',
    schema: ipv4Mask,
    default: '255.255.0.0',
    ...basic,
  }),
  'network.gateway': define({
    label: 'default gateway',
    schema: ipv4AddressOrNone,
    default: '',
    ...basic,
  }),
  'network.jumboFrames': define({
    label: 'jumbo frames',
    schema: yesOrNo,
    default: false,
    ...basic,
  }),
  'network.trunking': define({
    label: 'port trunking',
    schema: oneOf(
      'active-backup',
      'balance-rr',
      'balance-xor',
      'broadcast',
      '802.3ad',
      'balance-tlb',
      'balance-alb',
    ),
    default: 'active-backup',
    ...basic,
  }),
  'network.systemPort': define({
    label: 'system port',
    schema: wholeNumber(1, 65_535),
    default: 8080,
    ...basic,
  }),
  'network.vlan': define({
    label: 'VLAN ID (0: off)',
    schema: wholeNumber(0, 4094),
    default: 0,
    ...basic,
  }),
  'network.serviceBinding': define({
    label: 'service binding (adapters by service; all where a service is not named)',
    schema: v.record(
      oneOf('web', 'time', 'mail'),
      v.array(wholeNumber(0, 15), 'is a list of adapters'),
      'names adapters by service',
    ),
    default: {},
    ...basic,
  }),
  'network.hostName': define({
    label: 'host name (empty: the model)',
    schema: hostNameOrNone,
    default: '',
    ...kept,
  }),
  'security.level': define({
    label: 'security level (low: all may connect; medium: deny list; high: allow list)',
    schema: oneOf('low', 'medium', 'high'),
    default: 'low',
    ...basic,
  }),
  'lcd.password': define({
    label: 'LCD panel password (empty: none)',
    schema: textThat('is up to 8 digits', (text) => /^\d{0,8}$/.test(text)),
    default: '',
    isSecret: true,
    ...basic,
  }),
  'hardware.resetSwitch': define({
    label: 'configuration reset switch',
    schema: yesOrNo,
    default: true,
    ...kept,
  }),
  'hardware.audioAlert': define({
    label: 'audio alert',
    schema: yesOrNo,
    default: true,
    ...kept,
  }),
  'console.autoLaunch': define({
    label: 'console management menu after login',
    schema: yesOrNo,
    default: true,
    ...kept,
  }),
  'console.idleMinutes': define({
    label: 'idle log-out of the console',
    schema: wholeNumber(1, 1440),
    default: 10,
    unit: 'minutes',
    ...kept,
  }),
  'time.zone': define({
    label: 'time zone',
    schema: timeZone,
    default: 'UTC',
    ...kept,
  }),
  'time.dateFormat': define({
    label: 'date format',
    schema: oneOf(...dateFormats),
    default: 'YYYY-M-D',
    ...kept,
  }),
  'time.hours': define({
    label: 'time format',
    schema: oneOf(24, 12),
    default: 24,
    unit: 'hours',
    ...kept,
  }),
  'time.ntp.enabled': define({
    label: 'synchronise the clock with time servers',
    schema: yesOrNo,
    default: true,
    ...kept,
  }),
  'time.ntp.servers': define({
    label: 'time servers (none: those the network or the maker suggests)',
    schema: timeServers,
    default: [],
    ...kept,
  }),
  'time.ntp.every': define({
    label: 'synchronise every so many hours or days',
    schema: wholeNumber(1, 30),
    default: 1,
    ...kept,
  }),
  'time.ntp.unit': define({
    label: 'what that counts',
    schema: oneOf('hours', 'days'),
    default: 'hours',
    ...kept,
  }),
  'password.lengthMin': define({
    label: 'shortest password',
    schema: wholeNumber(4, 64),
    default: 8,
    unit: 'characters',
    ...kept,
  }),
  'password.needsDigit': define({
    label: 'passwords contain a digit',
    schema: yesOrNo,
    default: true,
    ...kept,
  }),
  'password.needsMixedCase': define({
    label: 'passwords contain upper-case and lower-case letters',
    schema: yesOrNo,
    default: false,
    ...kept,
  }),
  'password.needsSpecial': define({
    label: 'passwords contain a special character',
    schema: yesOrNo,
    default: false,
    ...kept,
  }),
  'password.forbidsRepeats': define({
    label: 'passwords have no character three times in a row',
    schema: yesOrNo,
    default: false,
    ...kept,
  }),
  'password.forbidsUserName': define({
    label: 'passwords are neither the user name nor its reverse',
    schema: yesOrNo,
    default: false,
    ...kept,
  }),
  'password.maxAgeDays': define({
    label: 'age of a password from which on its user is told by mail (0: never)',
    schema: wholeNumber(0, 3650),
    default: 0,
    unit: 'days',
    ...kept,
  }),
  'log.keepDays': define({
    label: 'time for which the event log is kept (0: for as long as there is room)',
    schema: wholeNumber(0, 3650),
    default: 365,
    unit: 'days',
    ...kept,
  }),
  'twoStep.window': define({
    label: 'security codes taken before and after the present one',
    schema: wholeNumber(0, 10),
    default: 1,
    ...kept,
  }),
  'twoStep.allowQuestions': define({
    label: 'security questions as another way to verify',
    schema: yesOrNo,
    default: true,
    ...kept,
  }),
  'twoStep.allowEmail': define({
    label: 'codes by e-mail as another way to verify',
    schema: yesOrNo,
    default: true,
    ...kept,
  }),
  'protection.ip.enabled': define({
    label: 'IP access protection',
    schema: yesOrNo,
    default: true,
    ...kept,
  }),
  'protection.ip.attempts': define({
    label: 'failed logins that block an address',
    schema: wholeNumber(1, 100),
    default: 5,
    ...kept,
  }),
  'protection.ip.periodMinutes': define({
    label: 'time in which they are counted (0: ever)',
    schema: wholeNumber(0, 1440),
    default: 1,
    unit: 'minutes',
    ...kept,
  }),
  'protection.ip.blockMinutes': define({
    label: 'time for which an address is blocked',
    schema: wholeNumber(1, 10_080),
    default: 5,
    unit: 'minutes',
    ...kept,
  }),
  'protection.account.enabled': define({
    label: 'account access protection (never of administrators)',
    schema: yesOrNo,
    default: false,
    ...kept,
  }),
  'protection.account.attempts': define({
    label: 'failed logins that block an account',
    schema: wholeNumber(1, 100),
    default: 5,
    ...kept,
  }),
  'protection.account.periodMinutes': define({
    label: 'time in which they are counted (0: ever)',
    schema: wholeNumber(0, 1440),
    default: 1,
    unit: 'minutes',
    ...kept,
  }),
  'protection.account.blockMinutes': define({
    label: 'time for which an account is blocked',
    schema: wholeNumber(1, 10_080),
    default: 5,
    unit: 'minutes',
    ...kept,
  }),
  'accessList.denied': define({
    label: 'deny list: addresses that may not sign in at security level medium',
    schema: addressRanges,
    default: [],
    ...kept,
  }),
  'accessList.allowed': define({
    label: 'allow list: the only addresses that may sign in at security level high',
    schema: addressRanges,
    default: [],
    ...kept,
  }),
  'session.idleMinutes': define({
    label: 'idle log-out (the console has its own)',
    schema: wholeNumber(1, 720),
    default: 30,
    unit: 'minutes',
    ...kept,
  }),
  'web.requestsPerSecond': define({
    label: 'HTTP requests a second of one address (ten times as many at once)',
    schema: wholeNumber(1, 100_000),
    default: 30,
    ...kept,
  }),
} as const;

/** The name of a setting. */
export type SettingKey = keyof typeof definitions;

/** What each setting holds. */
export type SettingValues = {
  readonly [K in SettingKey]: v.InferOutput<(typeof definitions)[K]['schema']>;
};

/** Every key, in the order of the table. */
export const settingKeys = Object.keys(definitions) as readonly SettingKey[];

/** Whether there is such a setting. */
export function isSettingKey(text: string): text is SettingKey {
  return Object.hasOwn(definitions, text);
}
