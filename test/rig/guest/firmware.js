import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';

/** The board as an integrator would describe it. */
const board = `
model: RIG-1
serialNumber: R1
console: /dev/ttyS0
resetButton: { driver: evdev, device: /dev/input/event-reset, key: KEY_RESTART }
leds: { status: { green: '/sys/class/leds/nas:green:status', red: '/sys/class/leds/nas:red:status' } }
buzzer: { driver: gpio, chip: gpiochip0, line: BUZZER }
rtc: { driver: rtc, device: /dev/rtc0 }
ntp: { servers: ['10.0.2.2:PORT'] }
storage: /data/nasboard
watchdog: /dev/watchdog
network: { listen: 0.0.0.0 }
power: { reboot: [reboot, -f], off: [poweroff, -f] }
`;

/** Runs the appliance on the board; ends when it ends. */
export async function runFirmware() {
  const { ask } = await import('./host.js');
  const port = await ask('time-server');
  const { device } = await import('./devices.js').then(({ resetKey }) => resetKey());
  writeFileSync(
    '/app/board.yaml',
    board.replace('PORT', port).replace('/dev/input/event-reset', device),
  );
  console.log('@firmware starts');
  const child = spawn(
    process.execPath,
    ['/app/node_modules/nasboard/bin/nasboard.js', 'firmware', '--board', '/app/board.yaml'],
    { stdio: 'inherit' },
  );
  return new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
}
