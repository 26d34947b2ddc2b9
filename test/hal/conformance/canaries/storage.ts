import { HalError, type HalErrorCode } from '#hal/errors';
import type { Storage } from '#hal/storage';
import { type Canary, canariesOf, swallowing } from './canary.ts';

const canary = canariesOf('storage');

function swallower(...codes: HalErrorCode[]) {
  return (port: Storage): Storage => ({
    sectorSize: port.sectorSize,
    read: (name, offset, into) => swallowing(codes, 0, () => port.read(name, offset, into)),
    write: (name, offset, bytes) =>
      swallowing(codes, undefined, () => port.write(name, offset, bytes)),
    truncate: (name, size) => swallowing(codes, undefined, () => port.truncate(name, size)),
    sync: (name) => swallowing(codes, undefined, () => port.sync(name)),
    size: (name) => swallowing(codes, 0, () => port.size(name)),
    list: () => swallowing(codes, [], () => port.list()),
  });
}

/** Hands writes on only when somebody looks, from the caller's own arrays. */
function lazy(port: Storage): Partial<Storage> {
  const waiting: (() => void)[] = [];
  const flush = (): void => waiting.splice(0).forEach((write) => write());
  return {
    write: (name, offset, bytes) => void waiting.push(() => port.write(name, offset, bytes)),
    read: (name, offset, into) => (flush(), port.read(name, offset, into)),
    truncate: (name, size) => (flush(), port.truncate(name, size)),
    sync: (name) => (flush(), port.sync(name)),
    size: (name) => (flush(), port.size(name)),
    list: () => (flush(), port.list()),
  };
}

/** Brings back at an extension what a cut had taken away. */
function remembering(port: Storage): Partial<Storage> {
  const old = new Map<string, Uint8Array>();
  return {
    truncate: (name, size) => {
      if (size > 0 && size < port.size(name)) {
        const bytes = new Uint8Array(port.size(name));
        port.read(name, 0, bytes);
        old.set(name, bytes);
      }
      const isExtension = size > port.size(name);
      port.truncate(name, size);
      const bytes = old.get(name);
      if (isExtension && bytes !== undefined) port.write(name, 0, bytes.subarray(0, size));
    },
  };
}

export const storageCanaries: readonly Canary[] = [
  canary('has a sector of 500 bytes', [/sector size/], () => () => ({ sectorSize: 500 })),
  canary('gives every file a first byte', [/never written/], () => (port) => ({
    size: (name) => Math.max(1, port.size(name)),
  })),
  canary('forgets what is written', [/reads back/], () => () => ({ write: () => undefined })),
  canary('claims to have read all', [/fewer bytes/], () => (port) => ({
    read: (name, offset, into) => (port.read(name, offset, into), into.length),
  })),
  canary('lists backward', [/lists/], () => (port) => ({
    list: () => [...port.list()].toReversed(),
  })),
  canary('replaces the file at each write', [/into the middle/], () => (port) => ({
    write: (name, offset, bytes) => {
      port.truncate(name, 0);
      port.write(name, offset, bytes);
    },
  })),
  canary('fills gaps as erased flash looks', [/gap/], () => (port) => ({
    write: (name, offset, bytes) => {
      const gap = Number.isSafeInteger(offset) ? offset - port.size(name) : 0;
      if (gap > 0) port.write(name, port.size(name), new Uint8Array(gap).fill(0xff));
      port.write(name, offset, bytes);
    },
  })),
  canary('brings back what was cut off', [/cut off/], () => remembering),
  canary('mixes files up', [/apart/], () => (port) => {
    const only = (name: string): string => (name === 'conformance-b' ? 'conformance-a' : name);
    return {
      write: (name, offset, bytes) => port.write(only(name), offset, bytes),
      read: (name, offset, into) => port.read(only(name), offset, into),
      truncate: (name, size) => port.truncate(only(name), size),
      size: (name) => port.size(only(name)),
    };
  }),
  canary('writes late, from the caller’s array', [/copies/], () => lazy),
  canary('writes all of the memory it got a part of', [/part of a larger/], () => (port) => ({
    write: (name, offset, bytes) => port.write(name, offset, new Uint8Array(bytes.buffer)),
  })),
  canary('takes any name and any place', [/file name "A"/, /size -1/], () =>
    swallower('bad-argument'),
  ),
  canary('refuses long names', [/64 characters/], () => (port) => ({
    size: (name) => {
      if (name.length <= 32) return port.size(name);
      throw new HalError('bad-argument', 'storage', 'name too long');
    },
  })),
  canary('does not sync', [/was synced/], (rig) => (port) => ({
    sync: (name) => {
      port.size(name);
      rig.board.flash.unsynced = 'lose';
    },
  })),
  canary('writes neighbours again', [/no un-synced write touched/], (rig) => (port) => ({
    write: (name, offset, bytes) => {
      rig.board.flash.unsynced = 'garble';
      const start = Math.max(0, offset - port.sectorSize);
      const all = new Uint8Array(offset - start + bytes.length);
      port.read(name, start, all);
      all.set(bytes, offset - start);
      port.write(name, start, all);
    },
  })),
  canary('goes on as if nothing were, after its life', [/closed/], () => swallower('closed')),
];
