import type { Board } from '#hal/board';
import type { BootReason } from '#hal/power';
import { portsOf } from './board-ports.ts';
import type { BoardState } from './board-state.ts';
import type { WorldEvent } from './kernel/event-queue.ts';
import { UsageError } from './kernel/invariant.ts';
import type { World } from './kernel/world.ts';
import { BuzzerPart } from './parts/buzzer.ts';
import { CrystalWander, type CrystalJitter } from './parts/crystal-jitter.ts';
import { DataVolumePart } from './parts/data-volume.ts';
import { FlashPart, type FlashOptions } from './parts/flash.ts';
import { Label, type LabelOptions } from './parts/label.ts';
import { LedPart } from './parts/led.ts';
import { BoardLife, unlessItDies, type Life } from './parts/life.ts';
import { Listeners } from './parts/listeners.ts';
import { MailPart } from './parts/mail.ts';
import { NetworkPart } from './parts/network.ts';
import { NtpPart } from './parts/ntp.ts';
import { PowerPart } from './parts/power.ts';
import { checkedPpm } from './parts/ppm.ts';
import { RandomPart } from './parts/random.ts';
import { ResetButtonPart } from './parts/reset-button.ts';
import { RtcPart, type RtcOptions } from './parts/rtc.ts';
import { SensorsPart, type SensorsOptions } from './parts/sensors.ts';
import { BoardSite } from './parts/site.ts';
import { UartPart, type UartOptions } from './parts/uart.ts';
import { WatchdogPart } from './parts/watchdog.ts';

/** How a board differs from the standard one. */
export interface BoardOptions extends LabelOptions {
  /** Unique in its world; `board`, `board-2` and so on unless told otherwise. */
  readonly name?: string;
  /** Error of the crystal behind the monotonic clock; positive runs fast. */
  readonly crystalPpm?: number;
  readonly rtc?: RtcOptions;
  readonly flash?: Omit<FlashOptions, 'name'>;
  readonly uart?: UartOptions;
  readonly sensors?: SensorsOptions;
}

/** What the board does at power-on. Called anew for each life, with a board made for it. */
export type StartFirmware = (board: Board) => RunningFirmware;

/** Firmware that runs on a board. */
export interface RunningFirmware {
  /** Frees what it holds. Called once its life is over: its board is dead by then. */
  stop(): void;
}

/** What can happen to a board's supply and CPU; `start` is the beginning of each life. */
export type PowerEvent = 'on' | 'off' | 'cut' | 'reboot' | 'watchdog' | 'start';

interface EndedLife {
  readonly running?: RunningFirmware | undefined;
  readonly event?: PowerEvent;
}

/** True time from the end of a life to the begin of the next when the board restarts. */
const resetPulseUs = 10_000;

const cycleOffUs = 1_000_000;

/**
 * A board built of simulated parts. Its verbs are the world's: call them between events, or from
 * events of your own, not in the middle of the firmware's work.
 */
export class SimBoard {
  readonly world: World;
  readonly label: Label;
  readonly resetButton: ResetButtonPart;
  readonly statusLed: LedPart;
  readonly buzzer: BuzzerPart;
  readonly uart: UartPart;
  readonly rtc: RtcPart;
  readonly flash: FlashPart;
  readonly dataVolume: DataVolumePart;
  readonly network: NetworkPart;
  readonly mail: MailPart;
  readonly ntp: NtpPart;
  readonly watchdog: WatchdogPart;
  readonly sensors: SensorsPart;
  readonly random: RandomPart;
  readonly #power: PowerPart;
  readonly #site: BoardSite;
  readonly #wander: CrystalWander;
  readonly #powerListeners: Listeners<PowerEvent>;
  #crystalPpm: number;
  #start: StartFirmware | undefined;
  #running: RunningFirmware | undefined;
  /** Lives that ended, most likely in the middle of their firmware's work: finished after it. */
  readonly #ended: EndedLife[] = [];
  #life: BoardLife | undefined;
  #startEvent: WorldEvent | undefined;
  #poweredOnAtUs: number | undefined;
  #bootCount = 0;
  #bootReason: BootReason = 'power-on';

  constructor(world: World, options: BoardOptions = {}) {
    const site = new BoardSite(world, options.name);
    this.#site = site;
    this.#wander = new CrystalWander(site, () => this.#crystalMoved());
    this.#powerListeners = new Listeners(world);
    this.world = world;
    this.#crystalPpm = checkedPpm(options.crystalPpm ?? 0);
    this.label = new Label(site, options);
    this.resetButton = new ResetButtonPart(site);
    this.statusLed = new LedPart(site);
    this.buzzer = new BuzzerPart(site);
    this.uart = new UartPart(site, options.uart);
    this.rtc = new RtcPart(site, options.rtc);
    this.flash = new FlashPart(world, { ...options.flash, name: site.sourceName('flash') });
    this.dataVolume = new DataVolumePart();
    this.network = new NetworkPart(site, this.label.macAddresses);
    this.mail = new MailPart(site, () => this.network.isLinked);
    this.ntp = new NtpPart(site, () => this.network.isLinked);
    this.watchdog = new WatchdogPart(site, () => this.#restart('watchdog'));
    this.sensors = new SensorsPart(site, this.label.serialNumber, options.sensors);
    this.random = new RandomPart(site);
    this.#power = new PowerPart({
      rebootByFirmware: () => this.#restart('reboot'),
      offByFirmware: () => this.#offByFirmware(),
    });
  }

  get name(): string {
    return this.#site.boardName;
  }

  /** The password of `admin` that follows from the label. */
  get defaultPassword(): string {
    return this.label.defaultPassword;
  }

  get isPowered(): boolean {
    return this.#poweredOnAtUs !== undefined;
  }

  /** True time at which the supply was switched on; undefined while it is off. */
  get poweredOnAtUs(): number | undefined {
    return this.#poweredOnAtUs;
  }

  /** The life under way; undefined while the board is off, and for a moment while it restarts. */
  get life(): Life | undefined {
    return this.#life;
  }

  /** How many lives the board has had. */
  get bootCount(): number {
    return this.#bootCount;
  }

  get crystalPpm(): number {
    return this.#crystalPpm;
  }

  /** Faults that were ordered and have not taken effect so far, by part and name. */
  get pendingFaults(): readonly string[] {
    const { flash, uart, random, rtc } = this;
    return Object.entries({ flash, uart, random, rtc }).flatMap(([part, { pendingFaults }]) =>
      pendingFaults.map((fault) => `${part} ${fault}`),
    );
  }

  /** Puts firmware on the board; it starts with the next life. */
  install(start: StartFirmware): void {
    this.#start = start;
  }

  /** Hears what happens to supply and CPU from now on; the answer stops it. */
  onPower(listener: (event: PowerEvent) => void): () => void {
    return this.#powerListeners.add(listener);
  }

  /** Switches the supply on; where it is on, nothing happens. */
  powerOn(): void {
    this.#switchOn({});
  }

  #switchOn(how: { by?: 'cycle' }): void {
    this.#finishEnded();
    if (this.isPowered) return;
    this.#cancelStart();
    this.#site.stimulus('power', 'on', how);
    this.#poweredOnAtUs = this.world.nowUs;
    this.uart.clearOutput();
    this.rtc.setBoardPower(true);
    this.#powerListeners.tell('on');
    this.#begin('power-on');
  }

  /** Switches the supply off at once; where it is off, nothing happens. */
  powerOff(): void {
    if (this.#isOnOrComing) this.#switchOff('off');
  }

  /** The plug is pulled; where the board is off, nothing happens. */
  cutPower(): void {
    if (this.#isOnOrComing) this.#switchOff('cut');
  }

  /** Switches off, and on again after `offUs` of true time. */
  powerCycle(offUs: number = cycleOffUs): void {
    this.#switchOff('off', { onAfterUs: offUs });
    this.#startEvent = this.world.after(offUs, `${this.name}: power on`, () =>
      this.#switchOn({ by: 'cycle' }),
    );
  }

  /**
   * The whole board at this instant, to be gone on from by `resume`; undefined where something is
   * under way in it (a press, a restart, a fault that waits) or it is off.
   */
  save(): BoardState | undefined {
    const life = this.#life;
    const watchdog = this.watchdog.save();
    const { resetButton, buzzer, mail, ntp, network } = this;
    const isActing = resetButton.isPressed || buzzer.isSounding || this.#startEvent !== undefined;
    const isTalking = mail.isBusy || ntp.isBusy || network.http.isBusy;
    const isBusy = isActing || isTalking || this.pendingFaults.length > 0;
    if (life === undefined || isBusy || !this.flash.isAtRest) return undefined;
    if (!life.isListening || this.#poweredOnAtUs === undefined) return undefined;
    return {
      poweredOnAtUs: this.#poweredOnAtUs,
      bootCount: this.#bootCount,
      bootReason: this.#bootReason,
      crystalPpm: this.#crystalPpm,
      crystal: life.crystal.save(),
      flash: this.flash.image(),
      dataVolume: this.dataVolume.image(),
      rtc: this.rtc.save(),
      network: this.network.save(),
      ntp: this.ntp.save(),
      sensors: this.sensors.save(),
      uart: this.uart.save(),
      statusLed: this.statusLed.save(),
      beeps: buzzer.save(),
      watchdog,
      pendingEvents: life.clock.pending + (watchdog === undefined ? 0 : 1),
    };
  }

  /** Goes on from a state: the firmware installed is started in the middle of that life. */
  resume(state: BoardState): void {
    if (this.isPowered) throw new UsageError('switch the board off before it goes on elsewhere');
    this.#cancelStart();
    this.#poweredOnAtUs = state.poweredOnAtUs;
    this.#bootCount = state.bootCount - 1;
    this.#crystalPpm = state.crystalPpm;
    this.flash.load(state.flash);
    this.dataVolume.load(state.dataVolume);
    this.rtc.restore(state.rtc);
    this.sensors.restore(state.sensors);
    this.ntp.restore(state.ntp);
    this.#begin(state.bootReason, state);
  }

  /** A fault: the CPU hangs. Only the watchdog, or somebody at the supply, ends that. */
  hangCpu(): void {
    if (this.#life === undefined) return;
    this.#site.stimulus('cpu', 'hang');
    this.#life.hang();
  }

  /** From now on the crystal behind the monotonic clock is off by so much. */
  setCrystalPpm(ppm: number): void {
    checkedPpm(ppm);
    this.#site.stimulus('crystal', 'drift', { ppm });
    this.#crystalPpm = ppm;
    this.#crystalMoved();
  }

  /** From now on it is off by chance besides, or no more; answers whether chance has moved it. */
  setCrystalJitter(jitter: CrystalJitter | undefined): () => boolean {
    return this.#wander.set(jitter);
  }

  #crystalMoved(): void {
    const ppm = this.#crystalPpm + this.#wander.ppm;
    this.#life?.setCrystalPpm(ppm);
    this.#site.output('crystal', 'rate', { ppm });
    this.watchdog.crystalChanged();
  }

  get #isOnOrComing(): boolean {
    return this.isPowered || this.#startEvent !== undefined;
  }

  #switchOff(event: 'off' | 'cut', how: { onAfterUs?: number } = {}): void {
    this.#cancelStart();
    this.#site.stimulus('power', event, how);
    if (!this.isPowered) return;
    this.#supplyOff(event);
    this.#finishEnded();
  }

  #offByFirmware(): void {
    this.#site.output('power', 'off');
    this.#supplyOff('off');
    this.#finishEndedSoon();
  }

  /** A part's fault has cut the power, most likely in the middle of the firmware's work. */
  #powerFailed(): void {
    this.#site.output('power', 'cut');
    this.#supplyOff('cut');
    this.#finishEndedSoon();
  }

  #restart(reason: 'reboot' | 'watchdog'): void {
    this.#site.output('power', reason);
    this.#endLife(reason);
    this.#finishEndedSoon();
    this.#cancelStart();
    this.#startEvent = this.world.after(resetPulseUs, `${this.name}: restart`, () => {
      this.#startEvent = undefined;
      this.#begin(reason);
    });
  }

  #begin(bootReason: BootReason, resumed?: BoardState): void {
    const life = new BoardLife({
      world: this.world,
      boardName: this.name,
      crystalPpm: this.#crystalPpm + this.#wander.ppm,
      ...(resumed !== undefined && { crystal: resumed.crystal }),
      onPowerFailure: () => this.#powerFailed(),
    });
    this.#life = life;
    this.#bootCount += 1;
    this.#bootReason = bootReason;
    const kind = resumed === undefined ? 'start' : 'resume';
    this.#site.output('power', kind, { reason: bootReason, boot: this.#bootCount });
    this.#powerListeners.tell('start');
    if (this.#start === undefined) return;
    const power = this.#power.connect(life, bootReason);
    const board: Board = { ...portsOf(this, life), power };
    if (resumed !== undefined) this.#restoreOutputs(resumed, life);
    const start = this.#start;
    const running = unlessItDies(life, () => start(board));
    if (running === undefined) return;
    if (life.isAlive) {
      this.#running = running;
    } else {
      this.#ended.push({ running });
      this.#finishEndedSoon();
    }
  }

  /** What connecting the parts to a life has put to rest. */
  #restoreOutputs({ network, watchdog, ...state }: BoardState, life: Life): void {
    this.network.restore(network);
    this.uart.restore(state.uart);
    this.statusLed.restore(state.statusLed);
    this.buzzer.restore(state.beeps);
    if (watchdog !== undefined) this.watchdog.restore(life, watchdog);
  }

  #supplyOff(event: 'off' | 'cut'): void {
    this.#cancelStart();
    this.#poweredOnAtUs = undefined;
    this.#endLife(event);
    this.rtc.setBoardPower(false);
  }

  #endLife(event: PowerEvent): void {
    const life = this.#life;
    this.#ended.push({ running: this.#running, event });
    this.#life = undefined;
    this.#running = undefined;
    life?.end();
  }

  /** The firmware may be the very caller: it is stopped, and others are told, after its work. */
  #finishEndedSoon(): void {
    this.world.at(this.world.nowUs, `${this.name}: end of a life`, () => this.#finishEnded());
  }

  #finishEnded(): void {
    for (let ended = this.#ended.shift(); ended !== undefined; ended = this.#ended.shift()) {
      ended.running?.stop();
      if (ended.event !== undefined) this.#powerListeners.tell(ended.event);
    }
  }

  #cancelStart(): void {
    if (this.#startEvent !== undefined) this.world.cancel(this.#startEvent);
    this.#startEvent = undefined;
  }
}
