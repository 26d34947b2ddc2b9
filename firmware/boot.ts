import type { ApplianceControl } from './appliance-control.ts';
import type { ApplianceEvent } from './appliance.machine.ts';
import { isOperatingError } from './operating-error.ts';
import type { FirmwareOptions } from './options.ts';
import type { Runtime } from './runtime.ts';
import { createServices, type Services } from './services.ts';
import { openStore } from './store/store.ts';
import { createWebServer } from './web/web-server.ts';
import { loadWallClock } from './time/wall-clock.ts';

/** The services; there from the moment the store is mounted. */
export function servicesOf(runtime: Runtime): Services {
  if (runtime.services === undefined) throw new Error('the store is not mounted');
  return runtime.services;
}

/** Opens the store and builds the services on it, or says why that cannot be. */
export function mount(
  runtime: Runtime,
  options: FirmwareOptions,
  control: Pick<ApplianceControl, 'reportBug'>,
): ApplianceEvent {
  const { board, face } = runtime;
  const opened = openStore(board.storage, { random: board.random });
  if (!opened.ok) return { type: 'store.refused', detail: `${opened.reason}: ${opened.detail}` };
  const { store } = opened;
  const wallClock = loadWallClock(board.clock, board.rtc, options.resume?.wallClock);
  runtime.services = createServices(board, store, wallClock, {
    ...(options.passwordCost !== undefined && { passwordCost: options.passwordCost }),
    onFailure(error) {
      if (isOperatingError(error)) runtime.tellTrouble(error);
      else control.reportBug(error);
    },
    tell: (text) => runtime.tell(text),
    resume: options.resume,
  });
  const { timekeeper } = runtime.services;
  wallClock.onTrust((trust) => runtime.tellState('clock.trust', trust));
  timekeeper.onState((state) => runtime.tellState('timekeeper', state));
  runtime.tellState('clock.trust', wallClock.trust);
  wallClock.onMotion(() => runtime.tellMotion());
  runtime.tellMotion();
  if (options.resume !== undefined) return { type: 'store.mounted' };
  face.bootLine(
    `store: schema ${store.schemaVersion}, ${
      store.isNew ? 'new, factory defaults' : `${store.recoveredPages} journal pages recovered`
    }`,
  );
  face.bootLine(`clock: ${describeClock(wallClock.nowMs(), wallClock.trust)}`);
  return { type: 'store.mounted' };
}

function describeClock(nowMs: number, trust: string): string {
  const time = `${new Date(nowMs).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  if (trust === 'unset') return `${time}, UNSET: the RTC lost its time; set it with «date»`;
  return `${time} from ${trust}, not synchronised`;
}

/** Everything that needs the store: logs how the board came up, puts the network on. */
export function startServices(runtime: Runtime): void {
  const { board } = runtime;
  const { log } = servicesOf(runtime);
  runtime.flushNotes();
  applyNetwork(runtime);
  if (board.power.bootReason === 'watchdog') {
    log.append({
      severity: 'error',
      category: 'power',
      text: 'restarted by the watchdog: the firmware had stopped responding',
    });
  } else {
    log.append({
      severity: 'info',
      category: 'power',
      text: `started (${board.power.bootReason})`,
    });
  }
  const port = servicesOf(runtime).settings.get('network.systemPort');
  runtime.face.bootLine(`services: http on ${port}, event log, console`);
}

/** What goes on by itself from here on: mails that wait, the clock, jobs. */
export function startCharts(runtime: Runtime): void {
  const { outbox, timekeeper, scheduler } = servicesOf(runtime);
  outbox.start();
  timekeeper.start();
  scheduler.start();
}

/** Lets people log in, at the console and over the network. */
export function openLogin(runtime: Runtime, control: ApplianceControl): void {
  const { face, lamp, beeper } = runtime;
  const services = servicesOf(runtime);
  const withNetwork = { services, control, applyNetwork: () => applyNetwork(runtime) };
  face.openLogin({ ...withNetwork, lamp, beeper });
  runtime.web = createWebServer({ ...withNetwork, runtime });
  runtime.web.follow();
}

/** Puts the network settings into effect, as at boot so after a reset. */
export function applyNetwork(runtime: Runtime): void {
  const { settings } = servicesOf(runtime);
  const mode = settings.get('network.mode');
  const mtu = settings.get('network.jumboFrames') ? 9000 : 1500;
  runtime.board.network.apply(0, {
    mode,
    mtu,
    ...(mode === 'static' && {
      address: settings.get('network.address'),
      mask: settings.get('network.mask'),
      gateway: settings.get('network.gateway'),
    }),
  });
  runtime.web?.follow();
  servicesOf(runtime).timekeeper.networkChanged();
}

/** Says that the appliance stands, and how a person gets it going again. */
export function showHalted(runtime: Runtime, fault: string): void {
  const { lamp, face } = runtime;
  lamp.show('fault');
  face.bootLine(`HALTED. The configuration cannot be used: ${fault}`);
  face.bootLine('The data disks are untouched. To go on, either');
  face.bootLine('  - put back a good copy of the system flash and restart, or');
  face.bootLine('  - hold RESET for 10 seconds: the settings are erased, factory defaults apply.');
}
