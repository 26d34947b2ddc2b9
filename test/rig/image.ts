import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { debianFolder, installedPackage, nodeFolder, run } from './cache.ts';

/** What QEMU starts from. */
export interface GuestImage {
  readonly kernel: string;
  readonly initramfs: string;
  readonly deviceTree: string;
  /** Release of the kernel, as `uname -r`. */
  readonly release: string;
}

/** Drivers that Debian builds as modules, each after those it needs. */
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

/** Libraries that Node and its addons load, under Debian's folder for the architecture. */
const libraryFolder = 'usr/lib/aarch64-linux-gnu';

/** Builds all that the guest boots from into `folder`. */
export function buildImage(root: string, folder: string): GuestImage {
  const debian = debianFolder();
  const release = readdirSync(join(debian, 'lib/modules'))[0] ?? '';
  const kernel = join(debian, 'boot', `vmlinuz-${release}`);
  const tree = join(folder, 'root');
  for (const name of ['bin', 'lib', 'dev', 'proc', 'sys', 'tmp', 'app']) {
    mkdirSync(join(tree, name), { recursive: true });
  }
  copyFileSync(join(debian, 'bin/busybox'), join(tree, 'bin/busybox'));
  copyFileSync(join(nodeFolder(), 'bin/node'), join(tree, 'bin/node'));
  for (const tool of ['gpiomon', 'gpioget', 'gpioset', 'gpioinfo']) {
    copyFileSync(join(debian, 'usr/bin', tool), join(tree, 'bin', tool));
  }
  // Busybox has one as well, of fewer words: `--install` leaves what is there alone.
  copyFileSync(join(debian, 'sbin/hwclock'), join(tree, 'bin/hwclock'));
  copyLibraries(debian, tree);
  writeFileSync(
    join(tree, 'modules.list'),
    copyModules(join(debian, 'lib/modules', release), tree),
  );
  installedPackage(root, join(tree, 'app'));
  cpSync(join(import.meta.dirname, 'guest'), join(tree, 'app/rig'), { recursive: true });
  copyFileSync(join(import.meta.dirname, 'guest/init.sh'), join(tree, 'init'));
  chmodSync(join(tree, 'init'), 0o755);
  const initramfs = join(folder, 'initramfs.cpio');
  packed(tree, initramfs);
  return { kernel, initramfs, deviceTree: deviceTree(folder), release };
}

function copyLibraries(debian: string, tree: string): void {
  const target = join(tree, 'lib/aarch64-linux-gnu');
  mkdirSync(target, { recursive: true });
  for (const from of [join(debian, 'lib/aarch64-linux-gnu'), join(debian, libraryFolder)]) {
    if (!existsSync(from)) continue;
    for (const name of readdirSync(from)) {
      if (
        /^(lib(c|m|dl|pthread|rt|gcc_s|stdc\+\+|atomic|gpiod|audit|cap-ng)\.so|ld-linux)/.test(name)
      ) {
        cpSync(join(from, name), join(target, name), { dereference: true });
      }
    }
  }
  cpSync(join(target, 'ld-linux-aarch64.so.1'), join(tree, 'lib/ld-linux-aarch64.so.1'));
}

/** Copies the modules that this kernel has as files; answers their paths, in order. */
function copyModules(from: string, tree: string): string {
  const files = new Map<string, string>();
  for (const path of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    const name = /([^/]+)\.ko$/.exec(path)?.[1];
    if (name !== undefined) files.set(name, path);
  }
  const paths = modules.flatMap((name) => {
    const path = files.get(name);
    return path === undefined ? [] : [path];
  });
  for (const path of paths) {
    const target = join(tree, 'lib/modules', path);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(from, path), target);
  }
  return `${paths.join('\n')}\n`;
}

/** Not compressed: unpacking would run under emulation. */
function packed(tree: string, target: string): void {
  const names = run('find', ['.', '-print0'], { cwd: tree });
  const child = spawnSync('cpio', ['--null', '--create', '--format=newc', `--file=${target}`], {
    cwd: tree,
    input: names,
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`cpio: ${child.stderr}`);
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
