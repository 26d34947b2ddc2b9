import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, linkSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { parse } from 'yaml';
import { HalError } from '../errors.ts';
import type { Identity } from '../identity.ts';
import type { Closable } from './closable.ts';
import { syncDirectory, writeNewFile } from './durable.ts';
import { errnoOf, halErrorFrom } from './errno.ts';
import { type Label, labelSchema, printed } from './label.ts';
import { findAdapters } from './net-class.ts';

/** Where the label of the board is written. */
export interface IdentityOptions {
  /** 32 bytes that only their owner may read; made with fresh ones where there is no file. */
  readonly deviceKey: string;
  /** YAML: `model`, `serialNumber`, `macAddresses`; what it leaves out comes from elsewhere. */
  readonly label?: string;
  /** Where the label names none; else what the mainboard says of itself. */
  readonly model?: string;
  readonly serialNumber?: string;
  readonly macAddresses?: readonly string[];
  /** `/sys`, unless told otherwise. */
  readonly sys?: string;
}

const keyBytes = 32;

/**
 * The label: a file where there is one, else the board file, else the mainboard (DMI or device
 * tree) and the network adapters. Errors: `not-present` where nobody knows, `permission` also where
 * others may read the device key, `io` where it is damaged.
 */
export function createIdentity(options: IdentityOptions): Identity & Closable {
  const { sys = '/sys' } = options;
  const label = options.label === undefined ? {} : readLabel(options.label);
  const model = label.model ?? options.model ?? firstLine([`${sys}/class/dmi/id/product_name`]);
  const serialNumber =
    label.serialNumber ??
    options.serialNumber ??
    firstLine([
      `${sys}/class/dmi/id/product_serial`,
      `${sys}/firmware/devicetree/base/serial-number`,
    ]);
  const macAddresses =
    label.macAddresses ??
    options.macAddresses ??
    findAdapters(sys).map((found) => found.macAddress);
  if (model === undefined) throw unknown('model');
  if (serialNumber === undefined) throw unknown('serialNumber');
  if (macAddresses.length === 0) throw unknown('macAddresses');
  const key = readOrMakeKey(options.deviceKey);
  let isOpen = true;
  return {
    model,
    serialNumber,
    macAddresses,
    deviceKey() {
      if (!isOpen) throw new HalError('closed', 'identity', 'the board was closed');
      return key.slice();
    },
    close() {
      isOpen = false;
      key.fill(0);
    },
  };
}

function unknown(what: string): HalError {
  const text = `nothing here tells the ${what}: write it into the label or the board file`;
  return new HalError('not-present', 'identity', text);
}

function readLabel(path: string): Label {
  let content: unknown;
  try {
    content = parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw halErrorFrom('identity', error, { what: 'read the label', path });
  }
  const label = v.safeParse(labelSchema, content);
  if (label.success) return label.output;
  const [issue] = label.issues;
  const text = `label ${path}: ${v.getDotPath(issue) ?? 'it'} ${issue.message}`;
  throw new HalError('bad-argument', 'identity', text);
}

/** The first of the files that says something printable; makers leave placeholders as well. */
function firstLine(paths: readonly string[]): string | undefined {
  for (const path of paths) {
    let text: string;
    try {
      text = readFileSync(path, 'utf8');
    } catch (error) {
      // A serial number of DMI is for root alone: then the label has to tell it.
      if (['ENOENT', 'EACCES', 'ENOTDIR', 'ENODEV'].includes(errnoOf(error))) continue;
      throw halErrorFrom('identity', error, { what: 'read', path });
    }
    const found = v.safeParse(printed, text.replaceAll('\0', '').trim());
    if (found.success) return found.output;
  }
  return undefined;
}

function readOrMakeKey(path: string): Uint8Array {
  try {
    return readKey(path) ?? makeKey(path);
  } catch (error) {
    throw halErrorFrom('identity', error, { what: 'have the device key', path });
  }
}

function readKey(path: string): Uint8Array | undefined {
  let fd: number;
  try {
    fd = openSync(path, 'r');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
  try {
    if ((fstatSync(fd).mode & 0o077) !== 0) {
      const text = `others may read the device key ${path}: \`chmod 600 ${path}\`, or a new one`;
      throw new HalError('permission', 'identity', text);
    }
    const bytes = readFileSync(fd);
    if (bytes.length === keyBytes) return new Uint8Array(bytes);
    const text = `the device key ${path} has ${bytes.length} bytes, not 32: put back a good copy`;
    throw new HalError('io', 'identity', text);
  } finally {
    closeSync(fd);
  }
}

/** Appears whole and durable, or not at all: what it protects could not be read with another. */
function makeKey(path: string): Uint8Array {
  const bytes = new Uint8Array(randomBytes(keyBytes));
  const draft = `${path}.${process.pid}`;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  rmSync(draft, { force: true });
  try {
    writeNewFile(draft, bytes);
    linkSync(draft, path);
  } finally {
    rmSync(draft, { force: true });
  }
  syncDirectory(dirname(path));
  return bytes;
}
