import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { HalError } from '#hal/errors';
import type { Network } from '#hal/network';

/** A true HTTP listener on this machine, for what a simulated board does not offer. */
export const loopback: Network['listen'] = async (port, onRequest) => {
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new HalError('bad-argument', 'network', `port ${port} does not exist`);
  }
  const server = createServer(onRequest);
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => {
      reject(new HalError('busy', 'network', `port ${port} is taken`, { cause }));
    });
    server.listen(port, '127.0.0.1', resolve);
  });
  const { address, port: actual } = server.address() as AddressInfo;
  const close = (): Promise<void> => {
    server.closeAllConnections();
    return new Promise((resolve) => void server.close(() => resolve()));
  };
  return { address, port: actual, close };
};
