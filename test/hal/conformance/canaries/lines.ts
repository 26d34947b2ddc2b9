import type { Board } from '#hal/board';
import { HalError } from '#hal/errors';
import type { HttpListener, Network } from '#hal/network';
import { type Canary, canariesOf, swallowing } from './canary.ts';

const network = canariesOf('network');

/** A stream cannot be copied: what is broken is broken in place. */
function stream(
  what: string,
  caughtBy: readonly RegExp[],
  spoil: (port: Board['console']) => void,
): Canary {
  return {
    what,
    caughtBy,
    make: () => (board) => {
      spoil(board.console);
      return {};
    },
  };
}

type Bytes = (chunk: Buffer) => Buffer;

/** What the firmware reads is what the line brought, changed. */
function spoilInput(port: Board['console'], change: Bytes): void {
  const push = port.push.bind(port);
  port.push = (chunk: Buffer | null) => push(chunk === null ? null : change(chunk));
}

/** What leaves is what the firmware wrote, changed. */
function spoilOutput(port: Board['console'], change: Bytes): void {
  const write = port.write.bind(port) as (chunk: Buffer) => boolean;
  port.write = (chunk: Buffer | string) => write(change(Buffer.from(chunk as string)));
}

export const consoleCanaries: readonly Canary[] = [
  stream('loses what comes before it is open', [/before it is open/], (port) =>
    spoilOutput(port, (chunk) => (port.isOpen ? chunk : Buffer.alloc(0))),
  ),
  stream('closes again', [/opens by itself/], (port) => port.once('open', () => port.close())),
  stream('sends seven bits', [/sends every value/], (port) =>
    spoilOutput(port, (chunk) => Buffer.from(chunk.map((byte) => byte & 0x7f))),
  ),
  stream('makes line feeds of returns', [/receives every value/], (port) =>
    spoilInput(port, (chunk) => Buffer.from(chunk.map((byte) => (byte === 13 ? 10 : byte)))),
  ),
  stream('echoes', [/no echo/], (port) => port.on('data', (chunk) => port.write(chunk))),
  stream('sends 1,024 bytes a write', [/many writes/], (port) =>
    spoilOutput(port, (chunk) => chunk.subarray(0, 1024)),
  ),
  stream('has a receive buffer of 512 bytes', [/much at once/], (port) =>
    spoilInput(port, (chunk) => chunk.subarray(0, 512)),
  ),
  stream('makes an error of a break', [/a break/], (port) =>
    spoilInput(port, (chunk) => {
      if (chunk.includes(0)) port.emit('error', new Error('break'));
      return chunk;
    }),
  ),
  stream('hears nothing after a first disturbance', [/a break/, /a framing error/], (port) => {
    let pushes = 0;
    spoilInput(port, (chunk) => ((pushes += 1) > 1 ? Buffer.alloc(0) : chunk));
  }),
];

const adapters = (change: (adapter: ReturnType<Network['adapters']>[number]) => object) => {
  return (port: Network): Partial<Network> => ({
    adapters: () => port.adapters().map((adapter) => ({ ...adapter, ...change(adapter) })),
  });
};

export const networkCanaries: readonly Canary[] = [
  network('counts adapters from the last', [/of the label/], () => (port) => ({
    adapters: () => [...port.adapters()].toReversed(),
  })),
  network('has a link without a speed', [/what makes sense/], () =>
    adapters(() => ({ speedMbps: 0 })),
  ),
  network('counts packets of one adapter only', [/each adapter/], () => (port) => ({
    traffic: () => port.traffic().slice(0, 1),
  })),
  network('has always carried the same', [/packets of what it serves/], () => (port) => {
    const traffic = port.traffic();
    return { traffic: () => traffic };
  }),
  network('has names for name servers', [/by their addresses/], () => () => ({
    nameServers: () => ['dns.example'],
  })),
  network('applies nothing', [/fixed address/], () => () => ({ apply: () => undefined })),
  network('knows no jumbo frames', [/jumbo/], () => adapters(() => ({ mtu: 1500 }))),
  network('takes any adapter', [/does not have/], () => (port) => ({
    apply: (adapter, settings) =>
      swallowing(['bad-argument'], undefined, () => port.apply(adapter, settings)),
  })),
  network('does not notice a cable', [/notices a cable/], () => adapters(() => ({ linkUp: true }))),
  network('forgets what comes without a link', [/without a link/], () => (port) => ({
    apply: (adapter, settings) => {
      if (port.adapters()[adapter]?.linkUp !== false) port.apply(adapter, settings);
    },
  })),
];

const shut = (listener: HttpListener, close: () => Promise<void>): HttpListener => ({
  address: listener.address,
  port: listener.port,
  close,
});

/** The same for what listens. */
export const listenerCanaries: readonly Canary[] = [
  network('answers something else', [/serves HTTP/], () => (good) => ({
    listen: (port) => good.listen(port, (_, response) => response.end('welcome')),
  })),
  network('shares a port that is taken', [/port that is taken/], () => (good) => ({
    listen: (port, onRequest) =>
      good
        .listen(port, onRequest)
        .catch(() => ({ address: '', port, close: async () => undefined })),
  })),
  network('closes only once', [/port that is taken/], () => (good) => ({
    listen: async (port, onRequest) => {
      const listener = await good.listen(port, onRequest);
      let isClosed = false;
      return shut(listener, async () => {
        if (isClosed) throw new HalError('closed', 'network', 'closed already');
        isClosed = true;
        await listener.close();
      });
    },
  })),
  network('listens on after close', [/no more after close/], () => (good) => ({
    listen: async (port, onRequest) => {
      const listener = await good.listen(port, onRequest);
      return shut(listener, async () => undefined);
    },
  })),
  network('takes any port', [/port -1/, /port NaN/], () => (good) => ({
    listen: (port, onRequest) => {
      const isPort = Number.isInteger(port) && port >= 0 && port <= 65_535;
      return good.listen(isPort ? port : 0, onRequest);
    },
  })),
];
