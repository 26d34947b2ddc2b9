import { createServer } from 'node:net';
import { definitions } from '#firmware/settings/definitions';
import { isHalError, type HalError } from '#hal/errors';
import { UsageError } from '../../kernel/invariant.ts';
import type { Pacer } from '../../kernel/pacer.ts';
import type { HostGateway, HostListener, HttpPorts } from '../../parts/http-port.ts';
import { createHttpGateway } from './http-gateway.ts';

/** Where the NAS can be reached on this machine. */
export interface LiveWebOptions {
  /** 127.0.0.1, which other machines do not reach, unless told otherwise. */
  readonly host?: string | undefined;
  /** The port, whichever the NAS listens on; its own unless told otherwise, 0 for any free one. */
  readonly port?: number | undefined;
}

const loopback = '127.0.0.1';
const loopbacks = /^(localhost|127\.\d+\.\d+\.\d+|::1)$/;

/** The NAS's web server in real time: true clients reach it over sockets of this machine. */
export class LiveWeb {
  readonly #pacer: Pacer;
  readonly #host: string;
  readonly #port: number | undefined;
  #ports: HttpPorts;
  #gateway: HostGateway | undefined;
  #told: string | undefined;
  #notice: (line: string) => void = () => undefined;

  /** Within the world alone until `open`. */
  constructor(ports: HttpPorts, pacer: Pacer, { host = loopback, port }: LiveWebOptions = {}) {
    this.#ports = ports;
    this.#pacer = pacer;
    this.#host = host;
    this.#port = port;
  }

  /** From here on the ports of the NAS are opened on this machine. */
  async open(): Promise<void> {
    if (this.#host !== loopback) await refuseStrangeAddress(this.#host);
    this.#told = this.#port === 0 ? undefined : this.#urlAt(this.#port ?? usualPort);
    this.#gateway = createHttpGateway({
      host: this.#host,
      port: this.#port,
      act: (stimulus) => this.#act(stimulus),
      onOutcome: (outcome) => this.#hear(outcome),
    });
    this.#ports.setGateway(this.#gateway);
    this.#ports.openOnHost(this.#gateway);
  }

  /** From now on it is about these ports: where they listen, clients reach them again. */
  follow(ports: HttpPorts): void {
    if (ports === this.#ports) return;
    this.#ports.setGateway(undefined);
    this.#ports = ports;
    if (this.#gateway === undefined) return;
    ports.setGateway(this.#gateway);
    ports.openOnHost(this.#gateway);
  }

  /** Where it will be found, as far as that is known; for people. */
  get where(): string {
    const at = this.#told ?? `a free port of ${this.#host}`;
    const caution = loopbacks.test(this.#host) ? '' : ': other machines can reach it';
    return `${at}   (once the NAS is ready${caution})`;
  }

  /** Hears what is to be told of it later: another address, or that there is none, and why. */
  onNotice(listener: (line: string) => void): void {
    this.#notice = listener;
  }

  /** What listens goes on until the board dies; nothing is opened any more. */
  close(): void {
    this.#gateway = undefined;
    this.#ports.setGateway(undefined);
  }

  /** What was asked of a bench that another has replaced meanwhile, nobody answers. */
  async #act<T>(stimulus: () => Promise<T>): Promise<T> {
    const ports = this.#ports;
    return await this.#pacer.act(() => {
      if (ports !== this.#ports) throw new Error('another bench has taken its place');
      return stimulus();
    });
  }

  #hear(outcome: HostListener | HalError): void {
    if (isHalError(outcome)) {
      this.#told = undefined;
      this.#notice(`NAS web    not reachable: ${outcome.message}. ${this.#adviceOn(outcome)}`);
      return;
    }
    const url = this.#urlAt(outcome.port);
    if (url === this.#told) return;
    this.#told = url;
    this.#notice(`NAS web    ${url}`);
  }

  #adviceOn({ code }: HalError): string {
    if (code === 'busy') {
      return 'End the program that has it, or start nasboard with another: --nas-port 8081';
    }
    return code === 'permission'
      ? 'Start nasboard with another port of this machine: --nas-port 8080'
      : 'See --host and --nas-port in: nasboard help start';
  }

  #urlAt(port: number): string {
    return `http://${this.#host.includes(':') ? `[${this.#host}]` : this.#host}:${port}`;
  }
}

const usualPort = definitions['network.systemPort'].default;

/** An address that is none of this machine's is told before anything starts. */
async function refuseStrangeAddress(host: string): Promise<void> {
  const probe = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      probe.once('error', reject);
      probe.listen(0, host, resolve);
    });
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`--host ${host} is no address of this machine (${detail})`, { cause });
  }
  await new Promise((resolve) => probe.close(resolve));
}
