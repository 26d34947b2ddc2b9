import type { Board } from '#hal/board';
import type {
  ButtonActs,
  BuzzerActs,
  ClockActs,
  ConsoleActs,
  DataVolumeActs,
  HostWorkActs,
  IdentityActs,
  LedsActs,
  MailActs,
  NetworkActs,
  NtpActs,
  PowerActs,
  RandomActs,
  RtcActs,
  SensorsActs,
  StorageActs,
  Subject,
  WatchdogActs,
} from '#hal/conformance/index';
import type { Button } from '#hal/button';
import type { Buzzer } from '#hal/buzzer';
import type { Clock } from '#hal/clock';
import type { DataVolume } from '#hal/data-volume';
import type { HostWork } from '#hal/host-work';
import type { Identity } from '#hal/identity';
import type { Leds } from '#hal/led';
import type { Mail, SmtpServer } from '#hal/mail';
import type { Network } from '#hal/network';
import type { Ntp } from '#hal/ntp';
import type { Power } from '#hal/power';
import type { RandomSource } from '#hal/random';
import type { Rtc } from '#hal/rtc';
import type { Sensors } from '#hal/sensors';
import type { SerialConsole } from '#hal/serial';
import type { Storage } from '#hal/storage';
import type { Watchdog } from '#hal/watchdog';
import { SimBoard } from '#sim/board';
import { World } from '#sim/kernel/world';
import { MailServer } from '#sim/peers/mail-server';
import type { TimeServer } from '#sim/peers/time-server';
import type { TimeServerBehaviour } from '#sim/peers/time-server-behaviour';
import { TimeServers } from '#sim/peers/time-servers';
import { RemoteSides } from './remote-sides.ts';

/** Replaces ports of a board by others; called for each life. */
export type Tamper = (board: Board) => Partial<Board>;

/** A simulated board whose firmware does nothing but hand out its ports, and a rig around it. */
export class SimRig {
  readonly world: World;
  readonly board: SimBoard;
  /** Servers, for drivers that reach some. */
  readonly remoteSides: RemoteSides;
  readonly mailServer: MailServer;
  readonly timeServers: TimeServers;
  bites = 0;
  #present: Board | undefined;

  /** Powers the board on. */
  constructor(seed = 1, makeTamper: (rig: SimRig) => Tamper = () => () => ({})) {
    this.world = new World({ seed });
    this.board = new SimBoard(this.world, { crystalPpm: 40, rtc: { driftPpm: -20 } });
    this.remoteSides = new RemoteSides({
      clock: () => this.present.clock,
      trueMs: () => this.world.nowUs / 1000,
    });
    this.mailServer = new MailServer(this.world);
    this.board.mail.reach(this.mailServer);
    this.timeServers = new TimeServers(this.world);
    this.board.ntp.reach(this.timeServers);
    const tamper = makeTamper(this);
    this.board.install((board) => {
      this.#present = { ...board, ...tamper(board) };
      return { stop: () => undefined };
    });
    this.board.onPower((event) => {
      if (event === 'watchdog') this.bites += 1;
    });
    this.board.powerOn();
  }

  get present(): Board {
    if (this.#present === undefined || !this.board.isPowered) throw new Error('the board is off');
    return this.#present;
  }

  /** Time by the board's clock; its crystal and the RTC's are off by less than a thousandth. */
  async pass(ms: number): Promise<void> {
    await this.world.runFor(Math.ceil(ms * 1001));
  }

  end(): void {
    this.board.powerOff();
  }

  async restart(): Promise<Board> {
    this.board.cutPower();
    await this.world.settle();
    this.board.powerOn();
    await this.world.settle();
    return this.present;
  }
}

/** The subject of each port, on a rig of its own. */
export const subjects = {
  storage: (rig: SimRig): Subject<Storage, StorageActs> => ({
    get port() {
      return rig.present.storage;
    },
    act: { cutPower: async () => (await rig.restart()).storage },
  }),

  'data-volume': (rig: SimRig): Subject<DataVolume, DataVolumeActs> => ({
    get port() {
      return rig.present.dataVolume;
    },
    act: { cutPower: async () => (await rig.restart()).dataVolume },
  }),

  'reset-button': (rig: SimRig): Subject<Button, ButtonActs> => ({
    get port() {
      return rig.present.resetButton;
    },
    act: {
      press: async () => {
        rig.board.resetButton.press({ edges: 4, withinUs: 3000 });
        await rig.pass(10);
      },
      release: async () => {
        rig.board.resetButton.release({ edges: 4, withinUs: 3000 });
        await rig.pass(10);
      },
      nowMs: () => rig.present.clock.now(),
      pass: (ms) => rig.pass(ms),
      restart: async () => (await rig.restart()).resetButton,
    },
  }),

  leds: (rig: SimRig): Subject<Leds, LedsActs> => ({
    get port() {
      return rig.present.leds;
    },
    act: {
      colour: () => rig.board.statusLed.colour,
      restart: async () => (await rig.restart()).leds,
    },
  }),

  buzzer: (rig: SimRig): Subject<Buzzer, BuzzerActs> => ({
    get port() {
      return rig.present.buzzer;
    },
    act: {
      isSounding: () => rig.board.buzzer.isSounding,
      restart: async () => (await rig.restart()).buzzer,
    },
  }),

  rtc: (rig: SimRig): Subject<Rtc, RtcActs> => ({
    get port() {
      return rig.present.rtc;
    },
    act: {
      pass: (ms) => rig.pass(ms),
      offFor: async (ms) => {
        rig.board.cutPower();
        await rig.pass(ms);
        rig.board.powerOn();
        return rig.present.rtc;
      },
      interruptOscillator: async () => {
        rig.board.rtc.stopOscillator();
        await rig.pass(2000);
        rig.board.rtc.startOscillator();
      },
      loseBattery: async () => {
        rig.board.cutPower();
        rig.board.rtc.setBattery(false);
        await rig.pass(2000);
        rig.board.rtc.setBattery(true);
        rig.board.powerOn();
        return rig.present.rtc;
      },
    },
  }),

  clock: (rig: SimRig): Subject<Clock, ClockActs> => ({
    get port() {
      return rig.present.clock;
    },
    act: {
      pass: (ms) => rig.pass(ms),
      stepWallClock: async (ms) => rig.board.rtc.setTime(rig.board.rtc.timeMs + ms),
      restart: async () => (await rig.restart()).clock,
    },
  }),

  random: (rig: SimRig): Subject<RandomSource, RandomActs> => ({
    get port() {
      return rig.present.random;
    },
    act: { restart: async () => (await rig.restart()).random },
  }),

  sensors: (rig: SimRig): Subject<Sensors, SensorsActs> => ({
    get port() {
      return rig.present.sensors;
    },
    act: {
      stopFan: async (fan) => rig.board.sensors.setFan(fan, 0),
      warmTo: async (celsius) => rig.board.sensors.setSystemTemperature(celsius),
      disconnect: async () => rig.board.sensors.setSilent(true),
      restart: async () => (await rig.restart()).sensors,
    },
  }),

  'host-work': (rig: SimRig): Subject<HostWork, HostWorkActs> => ({
    get port() {
      return rig.present.hostWork;
    },
    act: { restart: async () => (await rig.restart()).hostWork },
  }),

  watchdog: (rig: SimRig): Subject<Watchdog, WatchdogActs> => ({
    get port() {
      return rig.present.watchdog;
    },
    act: {
      restart: async () => (await rig.restart()).watchdog,
      pass: (ms) => rig.pass(ms),
      bites: () => rig.bites,
    },
  }),

  power: (rig: SimRig): Subject<Power, PowerActs> => ({
    get port() {
      return rig.present.power;
    },
    act: {
      settle: () => rig.pass(1000),
      isOn: () => rig.board.isPowered,
      lives: () => rig.board.bootCount,
      present: () => rig.present.power,
      switchOn: async () => {
        rig.board.powerOn();
        await rig.world.settle();
      },
    },
  }),

  identity: (rig: SimRig): Subject<Identity, IdentityActs> => ({
    get port() {
      return rig.present.identity;
    },
    act: { restart: async () => (await rig.restart()).identity },
  }),

  console: (rig: SimRig): Subject<SerialConsole, ConsoleActs> => {
    let bytes = Buffer.alloc(0);
    rig.board.uart.onData((more) => void (bytes = Buffer.concat([bytes, more])));
    return {
      get port() {
        return rig.present.console;
      },
      act: {
        received: async () => {
          await rig.pass(2000);
          const received = new Uint8Array(bytes);
          bytes = Buffer.alloc(0);
          return received;
        },
        send: async (sent) => {
          rig.board.uart.write(sent);
          await rig.pass(2000);
        },
        sendBreak: async () => {
          rig.board.uart.sendBreak();
          await rig.pass(100);
        },
        sendFramingError: async () => {
          rig.board.uart.sendFramingError();
          await rig.pass(100);
        },
      },
    };
  },

  network: (rig: SimRig): Subject<Network, NetworkActs> => ({
    get port() {
      return rig.present.network;
    },
    act: {
      macAddresses: () => rig.present.identity.macAddresses,
      settle: () => rig.pass(5000),
      setCable: async (adapter, isConnected) => {
        rig.board.network.setCable(adapter, isConnected);
        await rig.pass(5000);
      },
      fetchText: async (port) => {
        const answer = rig.board.network.http.request({ url: '/', from: '192.168.1.100', port });
        const text = answer.then(({ body }) => body);
        text.catch(() => undefined);
        await rig.pass(1);
        return text;
      },
    },
  }),

  ntp: (rig: SimRig): Subject<Ntp, NtpActs> => ({
    get port() {
      return rig.present.ntp;
    },
    act: {
      pass: (ms) => rig.pass(ms),
      nowMs: () => rig.present.clock.now(),
      ...timeServerActs(rig.timeServers),
    },
  }),

  mail: (rig: SimRig): Subject<Mail, MailActs> => ({
    get port() {
      return rig.present.mail;
    },
    act: { pass: (ms) => rig.pass(ms), ...mailServerActs(rig.mailServer) },
  }),
};

/** A server each. */
export function timeServerActs(servers: TimeServers): Omit<NtpActs, 'pass' | 'nowMs'> {
  const add = (behaviour: Partial<TimeServerBehaviour>): TimeServer =>
    servers.add(`server-${servers.all.length}.example`, behaviour);
  const named = async (behaviour: Partial<TimeServerBehaviour>): Promise<string> =>
    add(behaviour).name;
  const answering = (server: TimeServer) => ({ name: server.name, timeMs: () => server.nowMs });
  const offsetMs = 86_400_000;
  return {
    timeServer: async () => answering(servers.get('ntp1.example')),
    datedServer: async (timeMs) => {
      const aheadMs = timeMs - servers.get('ntp1.example').nowMs;
      return answering(add({ offsetMs: aheadMs }));
    },
    leapingServer: (leap) => named({ leap }),
    silentServer: () => named({ silent: true }),
    refusingServer: () => named({ kiss: 'RATE' }),
    garblingServer: () => named({ garbled: true }),
    forgedServer: (flaw) => named({ silent: true, spoof: { offsetMs, flaw } }),
    contestedServer: async (flaw) => answering(add({ spoof: { offsetMs, flaw } })),
  };
}

/** One server behaves in turn as each check needs it. */
export function mailServerActs(server: MailServer): Omit<MailActs, 'pass'> {
  const { host } = server;
  const at: SmtpServer = { host, port: 587, security: 'starttls' };
  return {
    takingServer: async () => {
      server.up();
      return at;
    },
    taken: () => server.messages,
    refusingServer: async (reply) => {
      server.reject(reply);
      return at;
    },
    silentServer: async () => {
      server.silent();
      return at;
    },
  };
}

/** The same where the driver reaches the servers of the rig. */
export const remoteSubjects = {
  ntp: (rig: SimRig): Subject<Ntp, NtpActs> => ({
    get port() {
      return rig.present.ntp;
    },
    act: { ...subjects.ntp(rig).act, ...rig.remoteSides.acts },
  }),
};
