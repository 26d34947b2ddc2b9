import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { BoardFileError, parseBoardFile } from '#hal/linux/board-file';

const least = `
console: /dev/ttyS0
resetButton: { driver: evdev, device: /dev/input/event0 }
leds: { status: { green: /sys/class/leds/green, red: /sys/class/leds/red } }
storage: /var/lib/nasboard
`;

const whole = `
model: TS-X
serialNumber: Q1
macAddresses: [24:5e:be:4a:10:7c]
label: label.yaml
deviceKey: keys/device
console: { device: /dev/ttyUSB0, baudRate: 9600 }
resetButton: { driver: gpio, chip: gpiochip0, line: RESET, activeLow: true, bias: pull-up }
leds:
  status:
    green: { driver: gpio, chip: gpiochip0, line: 4 }
    red: { driver: gpio, chip: gpiochip0, line: 5, drive: open-drain }
buzzer: { driver: beeper, device: /dev/input/event1, toneHz: 880 }
rtc: { driver: ds3231, bus: 1, address: 0x68 }
ntp: { servers: [ntp.example.org], driver: ntp-client }
storage: flash
dataVolume: /srv/data
watchdog: /dev/watchdog
network: { listen: 0.0.0.0, apply: [/usr/libexec/apply, --now] }
power: { reboot: [systemctl, reboot], off: [systemctl, poweroff] }
`;

const read = (text: string) => parseBoardFile(text, '/etc/nasboard/board.yaml');

/** `line:column text` of all that is wrong. */
function problemsOf(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (!(error instanceof BoardFileError)) throw error;
    return error.problems.map((each) => `${each.line}:${each.column} ${each.text}`);
  }
  return [];
}

describe('a board file', () => {
  test('the least that a board needs has defaults for the rest', () => {
    expect(read(least)).toEqual({
      console: { path: '/dev/ttyS0', baudRate: 115_200 },
      resetButton: { driver: 'evdev', device: '/dev/input/event0' },
      leds: { status: { green: '/sys/class/leds/green', red: '/sys/class/leds/red' } },
      storage: '/var/lib/nasboard',
      deviceKey: '/var/lib/nasboard/DEVICE-KEY',
      dataVolume: '/var/lib/nasboard/DATA',
      ntp: { servers: [], driver: 'sntp' },
      network: { listen: '127.0.0.1' },
      power: {},
      sensors: {},
      sysfs: '/sys',
    });
  });

  test('all that can be said is read, paths from the directory of the file', () => {
    expect(read(whole)).toMatchObject({
      model: 'TS-X',
      macAddresses: ['24:5E:BE:4A:10:7C'],
      label: '/etc/nasboard/label.yaml',
      deviceKey: '/etc/nasboard/keys/device',
      console: { path: '/dev/ttyUSB0', baudRate: 9600 },
      resetButton: {
        driver: 'gpio',
        chip: 'gpiochip0',
        line: 'RESET',
        activeLow: true,
        bias: 'pull-up',
      },
      leds: {
        status: {
          green: { driver: 'gpio', chip: 'gpiochip0', line: 4, activeLow: false },
          red: { driver: 'gpio', line: 5, drive: 'open-drain' },
        },
      },
      buzzer: { driver: 'beeper', toneHz: 880 },
      rtc: { driver: 'ds3231', bus: 1, address: 0x68 },
      ntp: { servers: ['ntp.example.org'], driver: 'ntp-client' },
      storage: '/etc/nasboard/flash',
      dataVolume: '/srv/data',
      watchdog: '/dev/watchdog',
      network: { listen: '0.0.0.0', apply: ['/usr/libexec/apply', '--now'] },
      power: { reboot: ['systemctl', 'reboot'] },
    });
  });

  test.each([
    ['', '1:1 expected fields ('],
    ['- a list', '1:1 expected fields ('],
    [`${least}colour: red`, '6:1 there is no field "colour" here; there are model,'],
    [least.replace('storage: /var/lib/nasboard', ''), '2:1 the field "storage" is missing'],
    [least.replace('/dev/ttyS0', '7'), '2:1 console: expected the path of a serial port'],
    [least.replace('evdev', 'rs232'), '3:16 resetButton.driver: the field "driver" says none of'],
    [least.replace('device: /dev/input/event0', 'chip: a'), '3:1 resetButton: the field "device"'],
    [
      least.replace(', red: /sys/class/leds/red', ''),
      '4:9 leds.status: the field "red" is missing',
    ],
    [`${least}network: { listen: everywhere }`, '6:12 network.listen: is no IP address'],
    [
      `${least}rtc: { driver: ds3231, bus: 1, address: 0x99 }`,
      '6:32 rtc.address: expected a whole',
    ],
    [`${least}power: { off: poweroff }`, '6:10 power.off: expected a list: the program'],
    [`${least}macAddresses: [25:5e:be:4a:10:7c]`, '6:16 macAddresses.0: is a group address'],
    [`${least}storage: again`, '6:1 Map keys must be unique'],
    [`${least}ntp: { servers: [`, '6:18 Flow sequence'],
  ])('%j is refused with line and column', (text, expected) => {
    const problems = problemsOf(text);
    expect(problems.join('\n')).toContain(expected);
  });

  test('all that is wrong is told at once, each on a line of its own', () => {
    const text = least.replace('/dev/ttyS0', '[]').replace('evdev', 'gpio');
    expect(problemsOf(text).length).toBeGreaterThan(2);
    expect(() => read(text)).toThrow(/^\/etc\/nasboard\/board\.yaml:2:1 {2}console: .*\n.*:3:/);
  });
});

describe('the reference of board files', () => {
  const reference = readFileSync('docs/reference/board-file.md', 'utf8');

  test('its example is a board file', () => {
    const example = /```yml\n(.*?)```/s.exec(reference)?.[1] ?? '';
    expect(problemsOf(example)).toEqual([]);
  });

  test('it has a line for every field, apart from those of the label', () => {
    const [problem = ''] = problemsOf(`${least}colour: red`);
    const fields = (/there are (.*)$/.exec(problem)?.[1] ?? '').split(', ');
    const named = [...reference.matchAll(/^\| `(\w+)`/gm)].map(([, name]) => name);
    const all = [...named, 'macAddresses', 'model', 'serialNumber'];
    expect(new Set(all)).toEqual(new Set(fields));
  });
});
