import type { TestBench } from '#sim/testing';

/** A code that is none of those that the appliance may take in the minutes around now. */
export async function wrongCodeFor(bench: TestBench, name: string): Promise<string> {
  const { phone } = bench;
  const right = new Set<string>();
  for (let seconds = -120; seconds <= 120; seconds += 30) {
    phone.setSkew(`${seconds < 0 ? '-' : ''}${Math.abs(seconds)}s`);
    right.add(phone.code(name));
  }
  phone.setSkew('0s');
  const wrong = ['000000', '111111', '222222', '333333', '444444', '555555'].find(
    (code) => !right.has(code),
  );
  return wrong ?? '666666';
}
