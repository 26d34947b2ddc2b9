/** A point in time as people read it, in the time zone of the appliance or of this device. */
export function timeWords(time: string | number, zone?: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    dateStyle: 'medium',
    timeStyle: 'medium',
    ...(zone !== undefined && { timeZone: zone }),
  }).format(typeof time === 'number' ? time : Date.parse(time));
}

/** A length of time in its largest unit that fits: `12 min`. */
export function durationWords(seconds: number): string {
  const units = [
    [86_400, 'd'],
    [3_600, 'h'],
    [60, 'min'],
  ] as const;
  const [length, name] = units.find(([each]) => seconds >= each) ?? [1, 's'];
  return `${Math.floor(seconds / length)} ${name}`;
}
