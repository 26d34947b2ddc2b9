import type { DataVolume } from '#hal/data-volume';
import { HalError, type HalErrorCode } from '#hal/errors';
import { type Canary, canariesOf, swallowing } from './canary.ts';

const canary = canariesOf('dataVolume');
const none = new Uint8Array(0);

function swallower(...codes: HalErrorCode[]) {
  return (port: DataVolume): DataVolume => ({
    list: (path) => swallowing(codes, [], () => port.list(path)),
    makeDirectory: (path) => swallowing(codes, undefined, () => port.makeDirectory(path)),
    readFile: (path) => swallowing(codes, none, () => port.readFile(path)),
    writeFile: (path, bytes) => swallowing(codes, undefined, () => port.writeFile(path, bytes)),
    removeFile: (path) => swallowing(codes, undefined, () => port.removeFile(path)),
    space: () => swallowing(codes, { totalBytes: 0, freeBytes: 0 }, () => port.space()),
  });
}

export const dataVolumeCanaries: readonly Canary[] = [
  canary('takes bytes for text', [/whatever the bytes/], () => (port) => ({
    readFile: (path) => new TextEncoder().encode(new TextDecoder().decode(port.readFile(path))),
  })),
  canary('leaves the end of a longer file', [/as a whole/], () => (port) => ({
    writeFile: (path, bytes) => {
      const old = swallowing(['not-present', 'bad-argument'], none, () => port.readFile(path));
      const rest = old.subarray(Math.min(old.length, bytes.length));
      port.writeFile(path, Buffer.concat([bytes, rest]));
    },
  })),
  canary('keeps the caller’s array', [/copies/], () => (port) => {
    const kept = new Map<string, Uint8Array>();
    return {
      writeFile: (path, bytes) => {
        port.writeFile(path, bytes);
        kept.set(path, bytes);
      },
      readFile: (path) => kept.get(path) ?? port.readFile(path),
    };
  }),
  canary('never gets fuller', [/how full/], () => (port) => ({
    space: () => ({ ...port.space(), freeBytes: port.space().totalBytes }),
  })),
  canary('removes nothing', [/removes a file/], () => () => ({ removeFile: () => undefined })),
  canary('makes a directory only once', [/again without an error/], () => (port) => ({
    makeDirectory: (path) => {
      const isThere = swallowing(['not-present'], false, () => port.list(path).length >= 0);
      if (isThere) throw new HalError('bad-argument', 'data-volume', 'it is there already');
      port.makeDirectory(path);
    },
  })),
  canary('lists backward', [/lists names/], () => (port) => ({
    list: (path) => [...port.list(path)].toReversed(),
  })),
  canary('has no root', [/has a root/], () => (port) => ({
    list: (path) => {
      if (path !== '') return port.list(path);
      throw new HalError('bad-argument', 'data-volume', 'an empty path');
    },
  })),
  canary('takes any path and any kind', [/for a directory/, /path "\.\."/], () =>
    swallower('bad-argument'),
  ),
  canary('makes up what is not there', [/not there/], () => swallower('not-present')),
  canary('speaks ASCII alone', [/any script/], () => (port) => ({
    writeFile: (path, bytes) => {
      if (/[^ -~]/.test(path)) throw new HalError('bad-argument', 'data-volume', 'no ASCII');
      port.writeFile(path, bytes);
    },
  })),
  canary('is empty after a power cut', [/over a power cut/], (rig) => {
    let lives = 0;
    return () => {
      lives += 1;
      if (lives > 1) rig.board.dataVolume.reset();
      return {};
    };
  }),
  canary('goes on as if nothing were, after its life', [/closed/], () => swallower('closed')),
];
