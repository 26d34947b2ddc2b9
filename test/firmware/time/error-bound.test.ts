import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TimeRig } from './time-rig.ts';

/** A server that is right, on a bad line. */
const honest = fc.record({
  delayUs: fc.integer({ min: 500, max: 300_000 }),
  asymmetry: fc.double({ min: -1, max: 1, noNaN: true }),
  jitterUs: fc.integer({ min: 0, max: 200_000 }),
  loss: fc.constantFrom(0, 0.1, 0.5),
  duplicate: fc.constantFrom(0, 0.2),
  reorder: fc.constantFrom(0, 0.2),
});

/** One that is not. */
const liar = fc.record({
  delayUs: fc.integer({ min: 500, max: 300_000 }),
  jitterUs: fc.integer({ min: 0, max: 200_000 }),
  offsetMs: fc.oneof(
    fc.double({ min: -400, max: 400, noNaN: true }),
    fc.constantFrom(-86_400_000, 5_000, 86_400_000),
  ),
  driftPpm: fc.double({ min: -400, max: 400, noNaN: true }),
});

const scene = fc.record({
  seed: fc.integer({ min: 1, max: 1_000_000 }),
  // The wander is what the bound allows for at most.
  crystalPpm: fc.double({ min: -480, max: 480, noNaN: true }),
  wanderPpm: fc.constantFrom(0, 2, 5),
  rtcOffMs: fc.integer({ min: -300_000, max: 300_000 }),
  servers: fc.tuple(honest, honest, fc.oneof(honest, liar)),
  minutes: fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 10, maxLength: 40 }),
});

describe('the wall clock with an honest majority', () => {
  it('is never farther from true time than it says, and runs backward by logged steps only', async () => {
    let looks = 0;
    const each = async (one: typeof scene extends fc.Arbitrary<infer T> ? T : never) => {
      const { seed, crystalPpm, wanderPpm, rtcOffMs, servers, minutes } = one;
      const rig = new TimeRig({ seed, crystalPpm, rtc: { offsetMs: rtcOffMs } });
      servers.forEach((behaviour, place) => rig.timeServers.all[place]?.set(behaviour));
      const services = rig.bootWell();
      let steps = 0;
      let beforeMs = services.wallClock.nowMs();
      services.wallClock.onStep(({ toMs }) => {
        steps += 1;
        beforeMs = toMs;
      });
      let way = 1;
      for (const span of minutes) {
        await rig.pass(span * 60);
        expect(services.wallClock.nowMs()).toBeGreaterThanOrEqual(beforeMs);
        beforeMs = services.wallClock.nowMs();
        const { boundMs } = rig.status;
        if (boundMs !== undefined) {
          looks += 1;
          expect(Math.abs(rig.errorMs)).toBeLessThanOrEqual(boundMs);
        }
        rig.board.setCrystalPpm(crystalPpm + way * wanderPpm);
        way = -way;
      }
      expect(rig.log.filter((text) => text.includes('stepped'))).toHaveLength(steps);
      expect(rig.log.filter((text) => text.startsWith('the clock was off by'))).toEqual([]);
      rig.cutPower();
    };
    await fc.assert(fc.asyncProperty(scene, each), { numRuns: 150, endOnFailure: true });
    expect(looks).toBeGreaterThan(100);
  });
});
