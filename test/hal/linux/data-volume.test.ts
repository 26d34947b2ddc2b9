import { mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { dataVolumeSuite } from '#hal/conformance/index';
import { createDataVolume } from '#hal/linux/data-volume';
import { conforms } from './conforms.ts';
import { createFolder, type Folder } from './folder.ts';
import { openFiles, openings, openingsLimitMs } from './open-files.ts';

conforms(dataVolumeSuite, {
  driver: 'a directory of disks',
  start: () => {
    const folder = createFolder();
    const open = () => createDataVolume({ directory: folder.path });
    let volume = open();
    return {
      subject: {
        get port() {
          return volume;
        },
        act: {
          cutPower: async () => {
            volume.close();
            volume = open();
            return volume;
          },
        },
      },
      end: () => {
        volume.close();
        folder.remove();
      },
    };
  },
});

describe('a data volume in a directory', () => {
  let folder: Folder;

  beforeEach(() => {
    folder = createFolder();
  });

  afterEach(() => {
    folder.remove();
  });

  const bytes = new Uint8Array([1, 2, 3]);

  test('what a crash left half written is gone at the next start', () => {
    folder.put('drafts/draft', 'half');
    const volume = createDataVolume({ directory: folder.path });
    expect(readdirSync(folder.at('drafts'))).toEqual([]);
    volume.writeFile('a', bytes);
    expect(readdirSync(folder.at('drafts'))).toEqual([]);
    volume.close();
  });

  test('a file that cannot take its place leaves nothing behind', () => {
    const volume = createDataVolume({ directory: folder.path });
    mkdirSync(folder.at('files/a'));
    expect(() => volume.writeFile('a', bytes)).toThrow('bad-argument');
    expect(readdirSync(folder.at('drafts'))).toEqual([]);
    volume.close();
  });

  test('symbolic links are not there, and lead nowhere', () => {
    const volume = createDataVolume({ directory: folder.path });
    folder.put('outside/secret', 'secret');
    symlinkSync(folder.at('outside'), folder.at('files/link'));
    symlinkSync(folder.at('outside/secret'), folder.at('files/file'));
    expect(volume.list('')).toEqual([]);
    expect(() => volume.readFile('link/secret')).toThrow('bad-argument');
    expect(() => volume.readFile('file')).toThrow('bad-argument');
    expect(() => volume.writeFile('file', bytes)).toThrow('bad-argument');
    expect(folder.text('outside/secret')).toBe('secret');
    volume.close();
  });

  test(
    'opening, writing and closing leaves no descriptor behind',
    { timeout: openingsLimitMs },
    () => {
      const before = openFiles();
      for (let round = 0; round < openings; round += 1) {
        const volume = createDataVolume({ directory: folder.path });
        if (round % 10 === 0) volume.writeFile('a', bytes);
        volume.close();
        volume.close();
      }
      expect(openFiles()).toBe(before);
    },
  );
});
