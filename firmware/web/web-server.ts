import type { TimerId } from '#hal/clock';
import { isHalError } from '#hal/errors';
import type { HttpListener, Network } from '#hal/network';
import type { ApplianceControl } from '../appliance-control.ts';
import { isEndOfLife } from '../operating-error.ts';
import type { Runtime } from '../runtime.ts';
import type { Services } from '../services.ts';
import type { WebApp } from './app.ts';
import { assignAppliance, type WebAppliance } from './appliance.ts';
import { createGate } from './gate.ts';

/** The web face of the appliance: it listens on the system port. */
export interface WebServer {
  /** Listens on the port that the settings say now; where it does already, nothing happens. */
  follow(): void;
  /** Stops listening. */
  stop(): void;
}

/** What the web face needs of the appliance around it. */
export interface WebServerOptions {
  readonly runtime: Runtime;
  readonly services: Services;
  readonly control: ApplianceControl;
  applyNetwork(): void;
}

let webApp: Promise<WebApp> | undefined;

/** Even a module that is loaded costs something to import: once a process is enough. */
function loadWebApp(): Promise<WebApp> {
  webApp ??= import('./app.ts').then((loaded) => loaded.createWebApp());
  return webApp;
}

/** A port that somebody else has may be given free. */
const retryMs = 10_000;

/** A web face that listens nowhere so far. */
export function createWebServer(options: WebServerOptions): WebServer {
  const { runtime, services, control, applyNetwork } = options;
  const { board } = runtime;
  const { clock } = board;
  const appliance: WebAppliance = {
    services,
    control,
    applyNetwork,
    gate: createGate(runtime, services),
    tellTrouble: runtime.tellTrouble,
  };
  let wanted: number | undefined;
  let listener: HttpListener | undefined;
  let retry: TimerId;
  let change: Promise<void> = Promise.resolve();

  const onRequest: Parameters<Network['listen']>[1] = (request, response) => {
    assignAppliance(request, appliance);
    // Node would send the host's date.
    response.sendDate = false;
    board.hostWork
      .declare(loadWebApp())
      .then((answer) => answer(request, response))
      .catch((error: unknown) => {
        response.destroy();
        control.reportBug(error);
      });
  };

  /** The old port is given up once the new one is there: nobody is locked out meanwhile. */
  const move = async (port: number, isFirstTry: boolean): Promise<void> => {
    if (port !== wanted || listener?.port === port) return;
    const before = listener;
    try {
      listener = await board.network.listen(port, onRequest);
    } catch (error) {
      if (!isHalError(error)) throw error;
      if (isEndOfLife(error)) return;
      if (isFirstTry) runtime.tellTrouble(error);
      retry = clock.setTimeout(() => queue(() => move(port, false)), retryMs);
      return;
    }
    await before?.close();
    if (!isFirstTry) runtime.face.announce(`The web server listens on port ${port} now.`);
  };

  const queue = (work: () => Promise<void> | undefined): void => {
    change = change.then(work).catch((error: unknown) => control.reportBug(error));
  };

  const want = (port: number | undefined): void => {
    wanted = port;
    clock.clearTimeout(retry);
    retry = undefined;
  };

  return {
    follow() {
      const port = services.settings.get('network.systemPort');
      if (port === wanted) return;
      want(port);
      queue(() => move(port, true));
    },
    stop() {
      want(undefined);
      queue(() => listener?.close());
    },
  };
}
