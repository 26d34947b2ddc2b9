import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { World } from '#sim/kernel/world';
import { DataVolumePart, type DataVolumeOptions } from '#sim/parts/data-volume';
import { deserialiseDataVolume, serialiseDataVolume } from '#sim/parts/data-volume-image';
import { BoardLife } from '#sim/parts/life';

function connect(part: DataVolumePart) {
  const onPowerFailure = (failing: BoardLife) => failing.end();
  const options = { world: new World(), boardName: 'board', crystalPpm: 0, onPowerFailure };
  const life = new BoardLife(options);
  return { life, volume: part.connect(life) };
}

function volumeBench(options?: DataVolumeOptions) {
  const part = new DataVolumePart(options);
  return { part, powerOn: () => connect(part) };
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const error = (code: string): unknown => expect.objectContaining({ code, port: 'data-volume' });

describe('the data volume', () => {
  test('keeps what was written when the board is switched off in the next instant', () => {
    const { powerOn } = volumeBench();
    const { life, volume } = powerOn();
    volume.makeDirectory('Public/pictures');
    volume.writeFile('Public/pictures/cat.txt', bytes('miaow'));
    life.end();
    expect(powerOn().volume.readFile('Public/pictures/cat.txt')).toEqual(bytes('miaow'));
  });

  test('answers closed once its life is over', () => {
    const { life, volume } = volumeBench().powerOn();
    life.end();
    expect(() => volume.list('')).toThrow(error('closed'));
    expect(() => volume.makeDirectory('a')).toThrow(error('closed'));
    expect(() => volume.readFile('a')).toThrow(error('closed'));
    expect(() => volume.writeFile('a', bytes(''))).toThrow(error('closed'));
    expect(() => volume.removeFile('a')).toThrow(error('closed'));
  });

  test('is full at its capacity and not a byte before; a file that failed to grow stays', () => {
    const { volume } = volumeBench({ capacityBytes: 10 }).powerOn();
    volume.writeFile('a', bytes('12345'));
    volume.writeFile('b', bytes('12345'));
    expect(() => volume.writeFile('b', bytes('123456'))).toThrow(error('no-space'));
    expect(volume.readFile('b')).toEqual(bytes('12345'));
    volume.writeFile('a', bytes('1234'));
    volume.writeFile('b', bytes('123456'));
    volume.removeFile('a');
    volume.writeFile('c', bytes('1234'));
  });

  test('takes files from outside and shows what is on it', () => {
    const { part, powerOn } = volumeBench();
    part.putFile('Public/a/b.txt', bytes('b'));
    part.putFile('top', bytes('top'));
    expect(part.files).toEqual(['Public/a/b.txt', 'top']);
    expect(part.usedBytes).toBe(4);
    expect(powerOn().volume.list('')).toEqual([
      { name: 'Public', kind: 'directory', size: 0 },
      { name: 'top', kind: 'file', size: 3 },
    ]);
    part.reset();
    expect(part.files).toEqual([]);
    expect(part.usedBytes).toBe(0);
  });

  test('gives an image that stays as it was taken', () => {
    const { part } = volumeBench();
    part.putFile('a/b', bytes('old'));
    const image = part.image();
    part.putFile('a/b', bytes('new!'));
    expect(part.readFile('a/b')).toEqual(bytes('new!'));
    part.load(image);
    expect(part.readFile('a/b')).toEqual(bytes('old'));
    expect(part.usedBytes).toBe(3);
  });

  test('refuses an image that is larger than it', () => {
    const { part } = volumeBench();
    part.putFile('a', bytes('12345'));
    const small = volumeBench({ capacityBytes: 4 });
    expect(() => small.part.load(part.image())).toThrow(
      expect.objectContaining({ name: 'UsageError' }),
    );
  });
});

describe('an image of the data volume as bytes', () => {
  const { part } = volumeBench();
  part.putFile('Öffentlich/deep/er/file', bytes('1'));
  part.putFile('empty', bytes(''));
  connect(part).volume.makeDirectory('empty directory');
  const good = serialiseDataVolume(part.image());

  test('comes back as it was', () => {
    const back = new DataVolumePart();
    back.load(deserialiseDataVolume(good));
    expect(back.files).toEqual(['empty', 'Öffentlich/deep/er/file']);
    expect(back.readFile('Öffentlich/deep/er/file')).toEqual(bytes('1'));
    expect(back.list('empty directory')).toEqual([]);
    expect(serialiseDataVolume(back.image())).toEqual(good);
  });

  test('is refused with a reason after any damage', () => {
    const refusal: unknown = expect.objectContaining({ name: 'UsageError' });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 1, max: 255 }), (place, change) => {
        const bad = good.slice();
        bad[place] = (bad[place] as number) ^ change;
        expect(() => deserialiseDataVolume(bad)).toThrow(refusal);
        expect(() => deserialiseDataVolume(good.slice(0, place))).toThrow(refusal);
      }),
    );
  });
});
