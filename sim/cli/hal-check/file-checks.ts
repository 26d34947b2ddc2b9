import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { dataVolumeSuite, storageSuite } from '#hal/conformance/index';
import type { PortName } from '#hal/errors';
import type { BoardFile } from '#hal/linux/board-file';
import { createDataVolume } from '#hal/linux/data-volume';
import { halErrorFrom } from '#hal/linux/errno';
import { createStorage } from '#hal/linux/storage';
import type { PartCheck } from './check-bench.ts';
import { tellSuite } from './suite-rows.ts';

const limits = { impossible: { cutPower: 'would cut the supply' } };

/** The system flash, in a folder of its own beside what is stored. */
export function storageCheck({ storage }: BoardFile): PartCheck {
  return {
    port: 'storage',
    title: 'storage',
    wiring: storage,
    danger: `writes files in a new folder of ${storage}, and removes it`,
    run: (bench, tell) =>
      inScratchFolder('storage', storage, async (directory) => {
        const port = createStorage({ directory });
        try {
          const rig = { subject: { port, act: {} }, limits };
          await tellSuite(storageSuite, rig, { bench, tell });
        } finally {
          port.close();
        }
      }),
  };
}

/** The data disks, likewise. */
export function dataVolumeCheck({ dataVolume }: BoardFile): PartCheck {
  return {
    port: 'data-volume',
    title: 'data volume',
    wiring: dataVolume,
    danger: `writes files in a new folder of ${dataVolume}, and removes it`,
    run: (bench, tell) =>
      inScratchFolder('data-volume', dataVolume, async (directory) => {
        const port = createDataVolume({ directory });
        try {
          const rig = { subject: { port, act: {} }, limits };
          await tellSuite(dataVolumeSuite, rig, { bench, tell });
        } finally {
          port.close();
        }
      }),
  };
}

/** On the same file system; its name is none that the firmware could have. */
async function inScratchFolder(
  port: PortName,
  directory: string,
  run: (scratch: string) => Promise<void>,
): Promise<void> {
  let scratch: string;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    scratch = mkdtempSync(join(directory, 'HAL-CHECK-'));
  } catch (error) {
    throw halErrorFrom(port, error, { what: 'make a folder in', path: directory });
  }
  try {
    await run(scratch);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}
