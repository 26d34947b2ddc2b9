import { LiveBench } from '#sim/cli/live/live-bench';

/** A board in real time that has booted. */
export async function startNas(): Promise<LiveBench> {
  const live = new LiveBench({
    seed: 7,
    startUs: Date.now() * 1000,
    speed: 1,
    web: { port: 0 },
  });
  await live.open();
  await live.start();
  const isReady = (): boolean => {
    const states = live.bench.firmware?.states();
    return states?.appliance === 'ready' && states['clock.trust'] === 'synchronised';
  };
  await runUntil(live, isReady);
  return live;
}

/** Lets time pass at once until something is so. */
export async function runUntil(live: LiveBench, isSo: () => boolean): Promise<void> {
  const limitUs = live.bench.world.nowUs + 60_000_000;
  await live.pacer.drive((run) => run.runWhile(() => !isSo(), limitUs), { isAtOnce: true });
  if (!isSo()) throw new Error('a minute has passed without it');
}
