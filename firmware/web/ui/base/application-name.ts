/** As what this browser stands in lists of sessions and devices. */
export function applicationName(agent: string): string {
  const browsers = [
    ['Edge', /\bEdg/],
    ['Opera', /\bOPR\//],
    ['Firefox', /\b(Firefox|FxiOS)\//],
    ['Chrome', /(Chrome|CriOS)\//],
    ['Safari', /\bSafari\//],
  ] as const;
  const systems = [
    ['Android', /\bAndroid\b/],
    ['iPhone', /\biPhone\b/],
    ['iPad', /\biPad\b/],
    ['Windows', /\bWindows\b/],
    ['macOS', /\bMac OS X\b/],
    ['Linux', /\bLinux\b/],
  ] as const;
  const found = [browsers, systems].map((list) => list.find(([, sign]) => sign.test(agent))?.[0]);
  const [browser = 'browser', system] = found;
  return system === undefined ? `web UI, ${browser}` : `web UI, ${browser} on ${system}`;
}
