import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { boardYamlOf } from '#hal/linux/device-tree/board-yaml';
import { DeviceTreeError, readFlattened } from '#hal/linux/device-tree/flattened';
import { DeviceTree } from '#hal/linux/device-tree/tree';
import { parseBoardFile, BoardFileError } from '#hal/linux/board-file';
import { flatten, nas, node } from './blob.ts';

const blob = flatten(nas);

/** The same blob with one word of it changed. */
function withWord(place: number, value: number): Buffer {
  const bytes = Buffer.from(blob);
  bytes.writeUInt32BE(value >>> 0, place * 4);
  return bytes;
}

describe('a flattened device tree', () => {
  test('is read with its nodes and properties', () => {
    const tree = new DeviceTree(readFlattened(blob));
    expect(tree.nodes.map(({ path }) => path)).toContain('/i2c@3000/rtc@68');
    expect(tree.node('serial0')?.texts('compatible')).toEqual(['arm,pl011']);
    expect(tree.root.text('model')).toBe('Acme NAS');
  });

  test('that dtc makes is read, and dtc reads what these tests make', () => {
    const source = '/dts-v1/; / { a = <1 2>; b { c = "x", "y"; d; }; };';
    const made = spawnSync('dtc', ['-q', '-I', 'dts', '-O', 'dtb'], { input: source });
    expect(made.error, 'on Debian: apt-get install device-tree-compiler').toBeUndefined();
    const { root, nodes } = new DeviceTree(readFlattened(made.stdout));
    expect(root.words('a')).toEqual([1, 2]);
    expect(nodes[1]?.texts('c')).toEqual(['x', 'y']);
    expect(nodes[1]?.has('d')).toBe(true);
    const back = spawnSync('dtc', ['-q', '-I', 'dtb', '-O', 'dts'], { input: blob });
    expect(back.stdout.toString()).toContain('model = "Acme NAS";');
  });

  const headerWords = { total: 1, structure: 2, strings: 3, version: 5, compatible: 6 };
  test.each([
    ['nothing', Buffer.alloc(0), 'does not begin with'],
    ['another file', Buffer.from('#!/bin/sh\n'), 'does not begin with'],
    ['a header alone', blob.subarray(0, 20), 'its header is cut off'],
    ['half of it', blob.subarray(0, blob.length / 2), 'it is cut off'],
    ['a total that is too small', withWord(headerWords.total, 8), 'its header is cut off'],
    ['another version', withWord(headerWords.version, 3), 'its format has version 3'],
    ['a later version', withWord(headerWords.compatible, 18), 'its format has version 17'],
    ['a structure outside', withWord(headerWords.structure, 0xfffffff0), 'structure block is not'],
    ['a structure askew', withWord(headerWords.structure, 57), 'structure block is not aligned'],
    ['strings outside', withWord(headerWords.strings, 0xffffffff), 'strings block is not inside'],
    ['a token that is none', withWord(14, 77), 'its structure block has 77 at 0'],
    ['an end at once', withWord(14, 9), 'its structure block has 9 at 0'],
    ['a value that is too long', withWord(17, 0x7fffffff), 'reaches out of its structure block'],
    ['a name outside', withWord(18, 0x7fffffff), 'the name of a property has no end'],
    ['nodes in nodes', flatten(deep(70)), 'nested over 64 deep'],
  ])('%s is refused: %#', (_what, bytes, text) => {
    expect(() => readFlattened(bytes)).toThrow(DeviceTreeError);
    expect(() => readFlattened(bytes)).toThrow(text);
  });

  test('a path through as many nodes as there may be is told', () => {
    const nested = Array.from({ length: 60 }).reduce<ReturnType<typeof node>>(
      (inner) => node('n', {}, [inner]),
      node('rtc', { compatible: 'acme,rtc' }),
    );
    const tree = new DeviceTree(readFlattened(flatten(node('', {}, [nested]))));
    expect(boardYamlOf(tree, 'deep.dtb').text).toContain(`# Clock chip: ${'/n'.repeat(60)}/rtc`);
  });

  test('an overlay is refused with what to do', () => {
    const overlay = node('', {}, [node('fragment@0', {}, [node('__overlay__')])]);
    expect(() => new DeviceTree(readFlattened(flatten(overlay)))).toThrow(/fdtoverlay -i base/);
  });
});

function deep(levels: number): ReturnType<typeof node> {
  return levels === 0 ? node('leaf') : node(`n${levels}`, {}, [deep(levels - 1)]);
}

type Read = typeof readFlattened;

/** Any bytes: a board file that can be read but for what it leaves open, or a clear refusal. */
function expectAnswer(bytes: Uint8Array, read: Read = readFlattened): void {
  try {
    const { text, missing } = boardYamlOf(new DeviceTree(read(bytes)), 'fuzz.dtb');
    if (missing.length > 0) return;
    parseBoardFile(text, 'board.yaml');
  } catch (error) {
    if (error instanceof BoardFileError) throw error;
    if (!(error instanceof DeviceTreeError)) throw error;
  }
}

const numRuns = process.env['NASBOARD_PROOF'] === 'full' ? 200_000 : 3_000;
const nastyWords = [0, 1, 2, 3, 4, 9, 0x7fffffff, 0x80000000, 0xffffffff, 0xd00dfeed];

/** A valid blob with words and bytes changed, and cut off somewhere. */
const mutant = fc
  .tuple(
    fc.array(fc.tuple(fc.nat(blob.length - 5), fc.constantFrom(...nastyWords)), { maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(blob.length - 1), fc.nat(255)), { maxLength: 8 }),
    fc.oneof({ weight: 4, arbitrary: fc.constant(blob.length) }, fc.nat(blob.length)),
  )
  .map(([wordEdits, byteEdits, length]) => {
    const bytes = Buffer.from(blob);
    for (const [place, value] of wordEdits) bytes.writeUInt32BE(value, place - (place % 4));
    for (const [place, value] of byteEdits) bytes[place] = value;
    return bytes.subarray(0, length);
  });

/** Trees whose texts are anything at all. */
const strangeTree = fc
  .tuple(fc.string(), fc.string(), fc.string({ unit: 'binary' }))
  .map(([model, label, device]) => {
    const plain = device.replaceAll(/[\u0000/]/g, '');
    const strange = [
      node('keys', { compatible: 'gpio-keys' }, [node('reset', { label, 'linux,code': 0x198 })]),
      node('leds', { compatible: 'gpio-leds' }, [
        node('g', { label: `${label}:green:status` }),
        node('r', { label: `${device}:red` }),
      ]),
      node(`b${plain.slice(0, 20)}`, { compatible: 'pwm-beeper' }),
    ];
    return flatten(node('', { model }, [...(nas.children ?? []).slice(0, 5), ...strange]));
  });

describe('whatever bytes a device tree has, there is a board file or a refusal', () => {
  test('changed trees', () => {
    fc.assert(
      fc.property(mutant, (bytes) => expectAnswer(bytes)),
      { numRuns },
    );
  });

  test('random bytes behind the mark', () => {
    const bytes = fc.uint8Array({ maxLength: 400 }).map((tail) => {
      return Buffer.concat([blob.subarray(0, 4), tail]);
    });
    fc.assert(
      fc.property(bytes, (each) => expectAnswer(each)),
      { numRuns },
    );
  });

  test('names and labels that are anything', () => {
    fc.assert(
      fc.property(strangeTree, (bytes) => expectAnswer(bytes)),
      { numRuns: Math.min(numRuns / 8, 20_000) },
    );
  });

  test('canary: a reader that crashes is caught', () => {
    const crashes: Read = (bytes) => {
      if (bytes.length < blob.length) throw new RangeError('Offset is outside');
      return readFlattened(bytes);
    };
    const outcome = fc.check(
      fc.property(mutant, (bytes) => expectAnswer(bytes, crashes)),
      { numRuns: 3_000 },
    );
    expect(outcome.failed).toBe(true);
  });
});
