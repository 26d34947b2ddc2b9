import { XMLParser } from 'fast-xml-parser';
import type { TestAnswer, TestHttpClient } from '#sim/test-kit/http';

/** Nested texts by the names of elements, as a client finds them. */
interface Found {
  readonly [element: string]: Found & string & readonly string[];
}

/** What a monitoring client makes of a NAS. */
export interface SystemStats {
  readonly name: string;
  readonly model: string;
  readonly serialNumber: string;
  readonly firmware: readonly string[];
  readonly uptimeSeconds: number;
  readonly cpuPercent: number;
  readonly temperaturesC: readonly number[];
  readonly temperaturesF: readonly number[];
  readonly memoryMib: { readonly total: number; readonly free: number };
  readonly nics: readonly {
    readonly isUp: boolean;
    readonly maxSpeed: number;
    readonly ip: string;
    readonly mac: string;
    readonly usage: string;
    readonly packets: readonly number[];
  }[];
  readonly dns: readonly string[];
}

const parser = new XMLParser({
  parseTagValue: false,
  ignoreAttributes: true,
  isArray: (name) => name === 'DNS_LIST',
});

/**
 * Does what public monitoring clients do, and as strictly: signs in with a form, sends the `sid`
 * with every query, takes 200 and exactly `text/xml`, treats `authPassed` 0 as a session that is
 * over and signs in anew, and wants a number wherever one belongs.
 */
export class PublicClient {
  readonly #http: TestHttpClient;
  readonly #user: string;
  readonly #password: string;
  #sid: string | undefined;
  /** How often it has signed in. */
  logins = 0;

  constructor(http: TestHttpClient, { user, password }: { user: string; password: string }) {
    this.#http = http;
    this.#user = user;
    this.#password = Buffer.from(password, 'utf8').toString('base64');
  }

  async health(): Promise<string> {
    const answer = await this.#get('management/manaRequest.cgi?subfunc=sysinfo&sysHealth=1');
    return text(answer.func?.ownContent?.sysHealth?.status);
  }

  async stats(): Promise<SystemStats> {
    const answer = await this.#get('management/manaRequest.cgi?subfunc=sysinfo&hd=no&multicpu=1');
    const root = answer.func?.ownContent?.root as Found;
    const { version, build, patch, buildTime } = answer.firmware as Found;
    return {
      name: text(root.server_name),
      model: text(answer.model?.displayModelName),
      serialNumber: text(root.serial_number),
      firmware: [version, build, patch, buildTime].map(text),
      uptimeSeconds:
        86_400 * whole(root.uptime_day) +
        3600 * whole(root.uptime_hour) +
        60 * whole(root.uptime_min) +
        whole(root.uptime_sec),
      cpuPercent: decimal(text(root.cpu_usage).replace('%', '').trim()),
      temperaturesC: [whole(root.cpu_tempc), whole(root.sys_tempc)],
      temperaturesF: [whole(root.cpu_tempf), whole(root.sys_tempf)],
      memoryMib: { total: decimal(root.total_memory), free: decimal(root.free_memory) },
      nics: Array.from({ length: whole(root.nic_cnt) }, (_, place) => nic(root, place + 1)),
      dns: root.dnsInfo?.DNS_LIST ?? [],
    };
  }

  async #get(path: string): Promise<Found> {
    for (let tries = 0; tries < 2; tries += 1) {
      this.#sid ??= await this.#logIn();
      const answer = read(await this.#http.get(`/cgi-bin/${path}&sid=${this.#sid}`));
      if (answer !== undefined) return answer;
      this.#sid = undefined;
    }
    throw new Error('the session is not taken');
  }

  async #logIn(): Promise<string> {
    this.logins += 1;
    const form = { user: this.#user, pwd: this.#password };
    const answer = read(await this.#http.post('/cgi-bin/authLogin.cgi', { form }));
    if (answer === undefined) throw new Error('the login is not taken');
    return text(answer.authSid);
  }
}

function read({ status, headers, body }: TestAnswer): Found | undefined {
  if (status !== 200 || headers['content-type'] !== 'text/xml') throw new Error('no such answer');
  const { QDocRoot: root } = parser.parse(body) as { QDocRoot: Found };
  return text(root.authPassed) === '0' ? undefined : root;
}

function nic(root: Found, number: number): SystemStats['nics'][number] {
  return {
    isUp: text(root[`eth_status${number}`]) === '1',
    maxSpeed: whole(root[`eth_max_speed${number}`]),
    ip: text(root[`eth_ip${number}`]),
    mac: text(root[`eth_mac${number}`]),
    usage: text(root[`eth_usage${number}`]),
    packets: ['rx', 'tx', 'err'].map((way) => whole(root[`${way}_packet${number}`])),
  };
}

function text(found: unknown): string {
  if (typeof found !== 'string') throw new Error('an element is missing');
  return found;
}

function whole(found: unknown): number {
  if (!/^-?\d+$/.test(text(found))) throw new Error(`${text(found)} is no whole number`);
  return Number(found);
}

function decimal(found: unknown): number {
  if (!/^\d+(\.\d+)?$/.test(text(found))) throw new Error(`${text(found)} is no number`);
  return Number(found);
}
