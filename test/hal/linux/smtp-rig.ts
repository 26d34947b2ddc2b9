import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import type { TakenMail } from '#hal/conformance/index';
import type { SmtpServer } from '#hal/mail';

/** How a server behaves: takes all, says this to every login and message, or says nothing. */
export type SmtpManner = 'taking' | 'silent' | { readonly refusing: string };

/** A server of a few lines on loopback that answers what a check needs, as it is. */
export class SmtpRig {
  readonly taken: TakenMail[] = [];
  /** Every command, as it came. */
  readonly commands: string[] = [];
  readonly #servers: Server[] = [];
  readonly #sockets = new Set<Socket>();

  async start(manner: SmtpManner): Promise<SmtpServer> {
    const server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('error', () => undefined);
      if (manner !== 'silent') this.#serve(socket, manner);
    });
    this.#servers.push(server);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    return { host: '127.0.0.1', port, security: 'none' };
  }

  /** Real time: sockets know no other. */
  pass(ms: number): Promise<void> {
    return new Promise((resolve) => void setTimeout(resolve, ms));
  }

  end(): void {
    for (const socket of this.#sockets) socket.destroy();
    for (const server of this.#servers) server.close();
  }

  #serve(socket: Socket, manner: SmtpManner): void {
    const refusal = typeof manner === 'object' ? manner.refusing : undefined;
    let rest = '';
    let from = '';
    let to: string[] = [];
    let isData = false;
    const say = (line: string): void => void socket.write(`${line}\r\n`, 'latin1');
    const take = (): void => {
      const end = rest.indexOf('\r\n.\r\n');
      if (end < 0) return;
      const text = rest.slice(0, end + 2).replaceAll(/^\.\./gm, '.');
      rest = rest.slice(end + 5);
      isData = false;
      this.taken.push({
        envelope: { from, to },
        message: new Uint8Array(Buffer.from(text, 'latin1')),
      });
      to = [];
      say('250 taken');
    };
    const answer = (line: string): void => {
      this.commands.push(line);
      const address = /<(.*)>/.exec(line)?.[1] ?? '';
      const verb = line.slice(0, 4).toUpperCase();
      if (verb === 'EHLO') say('250-rig\r\n250-8BITMIME\r\n250 AUTH PLAIN');
      else if (verb === 'AUTH') say(refusal ?? '235 welcome');
      else if (verb === 'MAIL') {
        from = address;
        say(refusal ?? '250 fine');
      } else if (verb === 'RCPT') {
        to.push(address);
        say('250 fine');
      } else if (verb === 'DATA') {
        isData = true;
        say('354 go on');
      } else if (verb === 'QUIT') socket.end('221 bye\r\n');
      else say('502 what?');
    };
    socket.setEncoding('latin1');
    socket.on('data', (chunk: string) => {
      rest += chunk;
      for (;;) {
        if (isData) return take();
        const end = rest.indexOf('\r\n');
        if (end < 0) return undefined;
        const line = rest.slice(0, end);
        rest = rest.slice(end + 2);
        answer(line);
      }
    });
    say('220 rig ESMTP');
  }
}
