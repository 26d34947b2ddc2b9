import { expect, test } from 'vitest';
import { createFinder, SerialReader, SerialWatch } from '#sim/scenario/serial-reader';

test('nothing is matched twice, and nothing between two matches is lost', () => {
  const reader = new SerialReader();
  reader.append('one two one');
  expect(reader.search(createFinder('one'))()?.text).toBe('one');
  expect(reader.search(createFinder('one'))()?.text).toBe('one');
  expect(reader.search(createFinder('one'))()).toBeUndefined();
  expect(reader.unread).toBe('');
});

test('text that comes in pieces is found across them', () => {
  const reader = new SerialReader();
  const search = reader.search(createFinder('login: '));
  for (const piece of ['xlo', 'gi', 'n', ':']) {
    reader.append(piece);
    expect(search()).toBeUndefined();
  }
  reader.append(' rest');
  expect(search()?.text).toBe('login: ');
  expect(reader.unread).toBe('rest');
});

test('a pattern sees line ends, and gives its first group', () => {
  const reader = new SerialReader();
  reader.append('a\r\nport 8080\r\nb');
  expect(reader.search(createFinder(/^port (\d+)$/m))()).toMatchObject({ group: '8080' });
  expect(reader.unread).toBe('\r\nb');
});

test('a search costs nothing where nothing has come', () => {
  let looks = 0;
  const reader = new SerialReader();
  const search = reader.search(() => {
    looks += 1;
    return undefined;
  });
  reader.append('x');
  for (let event = 0; event < 100; event += 1) search();
  expect(looks).toBe(1);
});

test('text that nobody waits for is forgotten, and what follows is found', () => {
  const reader = new SerialReader();
  const search = reader.search(createFinder('here'));
  for (let chunk = 0; chunk < 40; chunk += 1) {
    reader.append('x'.repeat(100_000));
    expect(search()).toBeUndefined();
  }
  expect(reader.unread.length).toBeLessThanOrEqual(1_048_576);
  reader.append('here');
  expect(search()?.text).toBe('here');
});

test('a watch sees what comes after it was set, across pieces', () => {
  const watch = new SerialWatch(createFinder('panic'));
  expect(watch.append('pa')).toBeUndefined();
  expect(watch.append('nic!')).toBe('panic');
});
