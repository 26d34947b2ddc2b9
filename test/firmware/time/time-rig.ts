import type { Services } from '#firmware/services';
import type { TimekeeperStatus } from '#firmware/time/timekeeper';
import type { TimeServer } from '#sim/peers/time-server';
import { TimeServers } from '#sim/peers/time-servers';
import { MailServer } from '#sim/peers/mail-server';
import { type RigOptions, ServicesRig } from '../services-rig.ts';

/** The services on a board that asks the three time servers of its world. */
export class TimeRig extends ServicesRig {
  readonly timeServers: TimeServers;
  readonly mailServer: MailServer;
  /** What was printed on the console about the clock. */
  readonly lines: string[];

  constructor(options: RigOptions = {}) {
    const lines: string[] = [];
    super({ tell: (text) => void lines.push(text), ...options });
    this.lines = lines;
    const { world } = this.board;
    this.timeServers = new TimeServers(world);
    this.mailServer = new MailServer(world);
    this.board.ntp.reach(this.timeServers);
    this.board.mail.reach(this.mailServer);
  }

  /** Boots as the appliance does it, so far as time is concerned. */
  override bootWell(): Services {
    const services = super.bootWell();
    services.outbox.start();
    services.timekeeper.start();
    services.scheduler.start();
    return services;
  }

  /** Boots, and lets the first round of questions end. */
  async boots(): Promise<this> {
    this.bootWell();
    await this.pass(3);
    return this;
  }

  /** Lets so many seconds of true time pass. */
  async pass(seconds: number): Promise<void> {
    await this.board.world.runFor(Math.round(seconds * 1e6));
  }

  async passHours(hours: number): Promise<void> {
    await this.pass(hours * 3_600);
  }

  server(number: 1 | 2 | 3): TimeServer {
    return this.timeServers.get(`ntp${number}.example`);
  }

  get trueMs(): number {
    return this.board.world.nowUs / 1000;
  }

  /** How far the wall clock is ahead of true time. */
  get errorMs(): number {
    return this.services.wallClock.nowMs() - this.trueMs;
  }

  get status(): TimekeeperStatus {
    return this.services.timekeeper.status;
  }

  /** What the event log says of time, the oldest first. */
  get log(): readonly string[] {
    const entries = this.services.log.page({ category: 'time', limit: 10_000 }).toReversed();
    return entries.map(({ text }) => text);
  }

  /** So many questions has this server had since the rig was made. */
  asked(name: string): number {
    const records = this.board.world.trace.records;
    return records.filter((one) => one.kind === 'query' && one['server'] === name).length;
  }
}
