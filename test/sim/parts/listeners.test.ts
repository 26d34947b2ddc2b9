import { describe, expect, test } from 'vitest';
import { World } from '#sim/kernel/world';
import { Listeners } from '#sim/parts/listeners';

describe('listeners', () => {
  test('are told in order of joining; the same one may join twice and leave once', () => {
    const heard: string[] = [];
    const listeners = new Listeners<string>(new World());
    const twice = (value: string): void => void heard.push(`twice ${value}`);
    const stop = listeners.add(twice);
    listeners.add((value) => heard.push(`other ${value}`));
    listeners.add(twice);
    listeners.tell('a');
    stop();
    listeners.tell('b');
    listeners.clear();
    listeners.tell('c');
    expect(heard).toEqual(['twice a', 'other a', 'twice a', 'other b', 'twice b']);
  });

  test('are cleared also in the midst of being told', () => {
    const heard: string[] = [];
    const listeners = new Listeners<string>(new World());
    listeners.add(() => listeners.clear());
    listeners.add((value) => heard.push(value));
    listeners.tell('a');
    expect(heard).toEqual([]);
  });
});
