import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { EventQueue, type WorldEvent } from '#sim/kernel/event-queue';

type Act = { readonly kind: 'push' | 'pop' | 'remove'; readonly number: number };

function createEvent(timeUs: number, sequence: number): WorldEvent {
  const run = (): void => undefined;
  return { timeUs, sequence, owner: 'test', chain: 0, isForeign: false, run, index: -1 };
}

describe('the queue of events', () => {
  test('is empty at first, and once more when all are taken', () => {
    const queue = new EventQueue();
    expect([queue.size, queue.peek(), queue.pop()]).toEqual([0, undefined, undefined]);
    const event = createEvent(5, 0);
    queue.push(event);
    expect([queue.size, queue.peek()]).toEqual([1, event]);
    expect(queue.pop()).toBe(event);
    expect([queue.size, event.index]).toEqual([0, -1]);
  });

  test('after any pushes, pops and removals gives the events in order', () => {
    const act: fc.Arbitrary<Act> = fc.record({
      kind: fc.constantFrom('push', 'push', 'push', 'pop', 'remove'),
      number: fc.nat(30),
    });
    const acts = fc.array(act, { minLength: 50, maxLength: 300 });
    fc.assert(
      fc.property(acts, (list) => {
        const queue = new EventQueue();
        const model: WorldEvent[] = [];
        list.forEach(({ kind, number }, sequence) => {
          if (kind === 'push') {
            const event = createEvent(number, sequence);
            queue.push(event);
            model.push(event);
            model.sort((a, b) => a.timeUs - b.timeUs || a.sequence - b.sequence);
          } else if (kind === 'pop') {
            expect(queue.pop()).toBe(model.shift());
          } else {
            const [event] = model.splice(number % Math.max(1, model.length), 1);
            if (event !== undefined) queue.remove(event);
          }
          expect(queue.peek()).toBe(model[0]);
        });
        expect(Array.from(model, () => queue.pop())).toEqual(model);
        expect(queue.size).toBe(0);
      }),
    );
  });
});
