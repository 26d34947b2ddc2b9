import { describe, expect, test } from 'vitest';
import { createBench } from '#sim/bench';
import { factoryImage } from '#sim/factory';
import { benchOfTrace } from '#sim/replay/bench-of-trace';

describe('the header of a trace', () => {
  test('has what it takes to build the bench again', () => {
    const options = {
      seed: 12,
      startCount: 3,
      startUs: Date.UTC(2027, 1, 1) * 1000,
      isBlank: true,
      board: { crystalPpm: 12, rtc: { battery: 'dead' as const }, flash: { sectorSize: 1024 } },
      firmware: { passwordCost: 'owasp' as const },
      timeServers: { offsetMs: 5, kiss: undefined },
    };
    const { traceHeader } = createBench(options);
    expect(traceHeader.options).toMatchObject({ startCount: 3, isBlank: true });
    const again = benchOfTrace(structuredClone(traceHeader), 'out.jsonl');
    expect(again.traceHeader).toEqual(traceHeader);
    expect(again.board.flash.sectorSize).toBe(1024);
  });

  test('says nothing of a standard bench', () => {
    expect(createBench({ seed: 7 }).traceHeader).not.toHaveProperty('options');
  });

  test('holds neither a device key nor what is on a flash', () => {
    const deviceKey = new Uint8Array(32).fill(0xa5);
    const board = { deviceKey, flash: { image: factoryImage() } };
    const { traceHeader } = createBench({ board });
    expect(traceHeader.options).toEqual({
      board: { deviceKey: 'its own', flash: { image: 'its own' } },
    });
    expect(() => benchOfTrace(traceHeader, 'out.jsonl')).toThrow(/a flash or a key that was kept/);
  });
});
