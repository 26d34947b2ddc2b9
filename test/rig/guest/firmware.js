import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { resetKey } from './devices.js';
import { ask } from './host.js';

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
power: { reboot: [sh, -c, 'echo reboot >/run/power'], off: [sh, -c, 'echo poweroff >/run/power'] }
`;

/** As the systemd unit of the guide does it: no root, its groups, and one capability. */
const asUser = [
  '--reuid=nasboard',
  '--regid=nasboard',
  '--groups=input,gpio,dialout',
  '--bounding-set=-all,+sys_time',
  '--inh-caps=-all,+sys_time',
  '--ambient-caps=+sys_time',
  '--no-new-privs',
];

const traceFile = '/data/nasboard/trace.jsonl';
const measureMs = 60_000;
const pass = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** Runs the appliance on the board; ends when it ends. */
export async function runFirmware() {
  const { child, ended } = await start();
  await tellUser(child.pid);
  return ended;
}

/** The same; what it costs at rest is measured as soon as the host says that it is at rest. */
export async function runBench() {
  const { child, ended } = await start();
  await tellUser(child.pid);
  await ask('at-rest');
  console.log(`@cost ${JSON.stringify(await costOf(child.pid))}`);
  return ended;
}

async function start() {
  const file = board
    .replace('PORT', await ask('time-server'))
    .replace('/dev/input/event-reset', resetKey().device);
  writeFileSync('/app/board.yaml', file);
  console.log('@firmware starts');
  const program = '/app/node_modules/nasboard/bin/nasboard.js';
  const words = [program, 'firmware', '--board', '/app/board.yaml', '--trace', traceFile];
  const child = spawn('setpriv', [...asUser, process.execPath, ...words], { stdio: 'inherit' });
  const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code ?? 1)));
  // `-F`: the trace is made by the firmware, which has only begun.
  const tail = spawn('tail', ['-n', '+1', '-F', traceFile], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  createInterface({ input: tail.stdout }).on('line', (line) => console.log(`@trace ${line}`));
  return { child, ended };
}

/** Who runs it, by the kernel's word, once it is no longer root that starts it. */
async function tellUser(pid) {
  for (;;) {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const field = (name) => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(status)?.[1].trim();
    if (field('Name') !== 'setpriv') {
      const [uid, groups, capabilities] = [field('Uid'), field('Groups'), field('CapEff')];
      console.log(`@user ${JSON.stringify({ uid, groups, capabilities })}`);
      return;
    }
    await pass(200);
  }
}

/** The kernel counts time of a process in hundredths of a second. */
async function costOf(pid) {
  const usedMs = () => {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
    return (Number(fields[11]) + Number(fields[12])) * 10;
  };
  const [beganMs, beforeMs] = [performance.now(), usedMs()];
  await pass(measureMs);
  const tookMs = performance.now() - beganMs;
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const megabytes = (name) => Number(new RegExp(`${name}:\\s*(\\d+)`).exec(status)?.[1]) / 1024;
  return {
    seconds: tookMs / 1000,
    cpuShare: (usedMs() - beforeMs) / tookMs,
    residentMb: megabytes('VmRSS'),
    anonymousMb: megabytes('RssAnon'),
    peakMb: megabytes('VmHWM'),
  };
}
