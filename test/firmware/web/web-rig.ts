import type { ApplianceControl, ApplianceState } from '#firmware/appliance-control';
import { createSerialFace } from '#firmware/console/serial-face';
import { createRuntime } from '#firmware/runtime';
import { createWebServer, type WebServer } from '#firmware/web/web-server';
import type { BoardOptions } from '#sim/board';
import type { HttpResponse } from '#sim/parts/http-port';
import { wireRequestOf, type HttpRequest } from '#sim/peers/http-client';
import { MailServer } from '#sim/peers/mail-server';
import { TwoStepRig } from '../two-step/two-step-rig.ts';

/** Services on a board, people with 2-step verification, and the web face; no appliance around. */
export class WebRig extends TwoStepRig {
  readonly mailServer: MailServer;
  readonly web: WebServer;
  /** What the appliance says it does. */
  state: ApplianceState = 'ready';
  readonly bugs: unknown[] = [];

  private constructor(options: BoardOptions & { seed?: number }) {
    super(options);
    this.mailServer = new MailServer(this.board.world);
    this.board.mail.reach(this.mailServer);
    const { services } = this;
    const { board } = services;
    const { console: stream, clock, identity } = board;
    const face = createSerialFace({ stream, clock, hostName: identity.model });
    const runtime = createRuntime({
      board,
      face,
      isResuming: true,
      tellState: () => undefined,
      tellMotion: () => undefined,
    });
    runtime.services = services;
    this.web = createWebServer({
      runtime,
      services,
      control: this.#control(),
      applyNetwork: () => this.web.follow(),
    });
  }

  /** A rig that listens. */
  static async start(options: BoardOptions & { seed?: number } = {}): Promise<WebRig> {
    const rig = new WebRig(options);
    rig.web.follow();
    await rig.pass(0);
    return rig;
  }

  /** Lets time pass until the request is answered. */
  async ask(request: HttpRequest): Promise<HttpResponse> {
    let ending: { response: HttpResponse } | { error: unknown } | undefined;
    this.board.network.http.request(wireRequestOf(request)).then(
      (response) => (ending = { response }),
      (error: unknown) => (ending = { error }),
    );
    for (let tries = 0; ending === undefined && tries < 300; tries += 1) {
      await this.pass(tries === 0 ? 0 : 1);
    }
    const ended = ending as { response: HttpResponse } | { error: unknown } | undefined;
    if (ended === undefined) throw new Error('no answer within five minutes');
    if ('error' in ended) throw ended.error;
    return ended.response;
  }

  /** What is written on the serial console. */
  async console(): Promise<string> {
    await this.pass(1);
    return this.board.uart.output;
  }

  /** Reaches a mail server, and mails through it. */
  setUpMail(): void {
    const { host } = this.mailServer;
    const outcome = this.services.mailAccounts.create({
      name: 'mail',
      host,
      port: 587,
      security: 'starttls',
      sender: 'nas@example.org',
    });
    if (!outcome.ok) throw new Error(outcome.text);
  }

  #control(): ApplianceControl {
    const granted = { ok: true } as const;
    const state = (): ApplianceState => this.state;
    return {
      get state() {
        return state();
      },
      uptimeMs: () => this.services.board.clock.now(),
      requestReset: () => granted,
      requestReboot: () => granted,
      requestPowerOff: () => granted,
      reportBug: (error) => void this.bugs.push(error),
    };
  }
}
