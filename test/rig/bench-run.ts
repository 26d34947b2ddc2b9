import type { TraceRecord } from '#sim/kernel/trace';
import { idleFigures } from '../bench/linux-idle.ts';
import { type Figure, median, printFigures } from '../bench/measure.ts';
import type { Finding, Rig } from './rig.ts';

const presses = 30;
/** A first boot has work left when its prompt is there. */
const settleMs = 15_000;
const patienceMs = 240_000;

/** A hold is settled once its release has been still for 30 ms, and heard within a look at it. */
const judgedWantedMs = 100;

/** How soon a hold is judged, and what the firmware costs at rest, by the guest's own clock. */
export async function benchFirmware(rig: Rig): Promise<readonly Finding[]> {
  const { machine, host, appliance } = await rig.boot('bench', rig.newDisk());
  try {
    await appliance.loginPrompt();
    await passed(settleMs);
    for (let count = 0; count < presses; count += 1) {
      await appliance.hold(150 + ((count * 37) % 100));
      await passed(250 + ((count * 73) % 100));
    }
    await passed(settleMs);
    host.letMeasure();
    await machine.untilPrinted(/^@cost/, 0, patienceMs);
  } finally {
    await machine.pull();
  }
  const { cost } = host;
  if (cost === undefined) throw new Error('the guest did not say what the firmware costs');
  const figures = [judging(host.trace), ...idleFigures(cost)];
  printFigures(`Firmware in the guest, measured over ${cost.seconds.toFixed(0)} s`, figures);
  return figures.map(({ what, seen, wanted, isMet }) => ({
    what,
    ...(isMet !== true && { problem: `${seen}, wanted ${wanted}` }),
  }));
}

/** From the kernel's time of a release to the chart of the button being back at rest. */
function judging(lines: readonly string[]): Figure {
  const records = lines.map((line) => JSON.parse(line) as TraceRecord);
  const releases = records.filter(({ source, kind }) => source === 'reset' && kind === 'release');
  const delays = releases.flatMap(({ t }) => {
    const judged = records.find(
      ({ t: atUs, chart, state }) => atUs >= t && chart === 'reset-button' && state === 'released',
    );
    return judged === undefined ? [] : [(judged.t - t) / 1000];
  });
  const middle = median(delays);
  return {
    what: 'from a release, by the kernel, to its hold as judged',
    seen: `${middle.toFixed(1)} ms`,
    beside: `${Math.max(...delays).toFixed(1)} ms at worst of ${delays.length}`,
    wanted: `under ${judgedWantedMs} ms`,
    isMet: delays.length === presses && middle < judgedWantedMs,
  };
}

function passed(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
