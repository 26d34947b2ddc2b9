import { createDs3231 } from '#hal/drivers/ds3231';
import type { Rtc } from '#hal/rtc';
import type { WorldEvent } from '../kernel/event-queue.ts';
import { UsageError } from '../kernel/invariant.ts';
import { Ds3231Chip, type Ds3231State } from './ds3231/chip.ts';
import { I2cBusPart, type I2cBusState } from './i2c-bus.ts';
import type { Life } from './life.ts';
import { checkedPpm } from './ppm.ts';
import type { BoardSite } from './site.ts';

/** The coin cell in its holder, or not. */
export type CoinCell = 'good' | 'dead' | 'removed';

/** The chip as it is delivered. */
export interface RtcOptions {
  /** How far it is ahead of true time at first. */
  readonly offsetMs?: number;
  readonly driftPpm?: number;
  readonly battery?: 'good' | 'dead';
}

/** The chip, its bus and its cell at one instant. */
export interface RtcState {
  readonly chip: Ds3231State;
  readonly bus: I2cBusState;
  readonly cell: CoinCell;
}

const chipAddress = 0x68;
const epochUs = Date.UTC(2000, 0, 1) * 1000;
const firstWritableMs = Date.UTC(2000, 0, 1);
const firstBeyondMs = Date.UTC(2100, 0, 1);

/** From here on the chip's calendar is a day behind ours: 2100 is a leap year to it alone. */
const lateLeapDayUs = Date.UTC(2100, 2, 1) * 1000 - epochUs;
const dayUs = 86_400_000_000;

/** What the datasheet says the chip endures. */
const coldestC = -40;
const hottestC = 85;

/**
 * The battery-backed clock of the board: a DS3231 on an I2C bus of its own, with a coin cell. It
 * counts while it has a supply (the board's or its cell's) and its oscillator runs; once it did
 * not, its time is invalid until it is set. It resolves whole seconds.
 */
export class RtcPart {
  /** The chip itself, register by register. */
  readonly chip: Ds3231Chip;
  /** The wires to it, and what can go wrong there. */
  readonly bus: I2cBusPart;
  readonly #site: BoardSite;
  readonly #options: RtcOptions;
  #cell: CoinCell = 'good';
  #isBoardPowered = false;
  #cellEnd: WorldEvent | undefined;

  constructor(site: BoardSite, options: RtcOptions = {}) {
    this.#site = site;
    this.#options = options;
    this.chip = new Ds3231Chip(site.world);
    this.bus = new I2cBusPart(site);
    this.bus.attach(chipAddress, this.chip);
    this.#deliver();
  }

  /** The time in the chip with all its fraction, ms since 1970. */
  get timeMs(): number {
    const { timeUs } = this.chip;
    return (timeUs + epochUs - (timeUs < lateLeapDayUs ? 0 : dayUs)) / 1000;
  }

  /** Whether the chip vouches for its time. */
  get isValid(): boolean {
    return this.chip.isValid;
  }

  /** Error of the chip's crystal at 25 °C; positive runs fast. */
  get driftPpm(): number {
    return this.chip.driftPpm;
  }

  /** Temperature of the chip, °C. */
  get temperatureC(): number {
    return this.chip.celsius;
  }

  get isBatteryGood(): boolean {
    return this.#cell === 'good';
  }

  get isOscillatorRunning(): boolean {
    return this.chip.isRunning;
  }

  /** Faults that were ordered and have not taken effect so far. */
  get pendingFaults(): readonly string[] {
    const own = this.#cellEnd === undefined ? [] : ['battery-dies'];
    return [...own, ...this.bus.pendingFaults];
  }

  /** Sets the chip from outside, fraction and all; its time is valid if it runs. */
  setTime(timeMs: number): void {
    if (!(timeMs >= firstWritableMs && timeMs < firstBeyondMs)) {
      throw new UsageError(`RTC time ${timeMs} ms is not in 2000 to 2099`);
    }
    this.#site.stimulus('rtc', 'time', { timeMs });
    this.chip.setTimeUs(Math.round(timeMs * 1000) - epochUs);
  }

  /** Changes the coin cell for a good or a dead one, or takes it out. */
  setBattery(cell: boolean | CoinCell): void {
    this.#cancelCellEnd();
    this.#changeCell(typeof cell === 'string' ? cell : cell ? 'good' : 'dead');
  }

  /** The coin cell will be dead from that true time on, board on or off. */
  endBatteryAt(trueUs: number): void {
    const { world } = this.#site;
    if (trueUs < world.nowUs) throw new UsageError('the coin cell cannot die in the past');
    this.#cancelCellEnd();
    this.#site.stimulus('rtc', 'battery-dies', { atUs: trueUs });
    this.#cellEnd = world.at(trueUs, 'rtc battery', () => {
      this.#cellEnd = undefined;
      this.#changeCell('dead', { by: 'battery-dies' });
    });
  }

  /**
   * The contacts of the cell bounce. While the chip lives on it alone, that puts any bytes into the
   * time registers without a flag; answers whether it did.
   */
  bounceBattery(): boolean {
    this.#site.stimulus('rtc', 'battery-bounce');
    if (this.#isBoardPowered || !this.isBatteryGood) return false;
    this.chip.corruptTime(this.#site.random('rtc').bytes(7));
    return true;
  }

  /** From now on the chip's crystal is off by so much at 25 °C; positive runs fast. */
  setDriftPpm(ppm: number): void {
    checkedPpm(ppm);
    this.#site.stimulus('rtc', 'drift', { ppm });
    this.chip.setDriftPpm(ppm);
  }

  /** From now on the chip is so warm, -40 to 85 °C: its crystal follows, and compensates. */
  setTemperature(celsius: number): void {
    if (!(celsius >= coldestC && celsius <= hottestC)) {
      throw new UsageError(`the RTC stands ${coldestC} to ${hottestC} °C, not ${celsius} °C`);
    }
    this.#site.stimulus('rtc', 'temperature', { celsius });
    this.chip.setCelsius(celsius);
  }

  /** The oscillator stops: the time stands and is invalid. */
  stopOscillator(): void {
    this.#site.stimulus('rtc', 'oscillator', { running: false });
    this.chip.setOscillatorBroken(true);
  }

  /** The oscillator runs again, from where it stood; the time stays invalid until it is set. */
  startOscillator(): void {
    this.#site.stimulus('rtc', 'oscillator', { running: true });
    this.chip.setOscillatorBroken(false);
  }

  /** The board's supply came or went. */
  setBoardPower(isPowered: boolean): void {
    this.#isBoardPowered = isPowered;
    this.chip.setVcc(isPowered);
  }

  /** The firmware's face for one life. */
  connect(life: Life): Rtc {
    const driver = createDs3231(this.bus.connect(life));
    return {
      read: () => driver.read(),
      write: (timeMs) => {
        if (!life.isAlive) return;
        driver.write(timeMs);
        this.#site.output('rtc', 'write', { timeMs: Math.floor(timeMs / 1000) * 1000 });
      },
    };
  }

  /** All of it as plain data. */
  save(): RtcState {
    return { chip: this.chip.save(), bus: this.bus.save(), cell: this.#cell };
  }

  /** Goes on where `state` stood. */
  restore(state: RtcState): void {
    this.#cancelCellEnd();
    this.chip.restore(state.chip);
    this.bus.restore(state.bus);
    this.#cell = state.cell;
    this.#isBoardPowered = state.chip.hasVcc;
  }

  /** The chip as delivered; the board's supply stays as it is. */
  reset(): void {
    this.#cancelCellEnd();
    this.bus.reset();
    const asMade = new Ds3231Chip(this.#site.world).save();
    this.chip.restore({ ...asMade, hasVcc: this.#isBoardPowered });
    this.#deliver();
  }

  #deliver(): void {
    const { offsetMs = 0, driftPpm = 0, battery = 'good' } = this.#options;
    const timeUs = this.#site.world.nowUs + Math.round(offsetMs * 1000) - epochUs;
    if (driftPpm !== 0) this.chip.setDriftPpm(checkedPpm(driftPpm));
    this.chip.setTimeUs(timeUs < lateLeapDayUs ? timeUs : timeUs + dayUs);
    this.#cell = battery;
    // Delivered with an empty cell, it had no supply at all on its way.
    if (battery === 'dead') this.#loseSupply();
  }

  #loseSupply(): void {
    this.chip.setVcc(false);
    this.chip.setBattery(false);
    this.chip.setVcc(this.#isBoardPowered);
  }

  #changeCell(cell: CoinCell, how: { by?: 'battery-dies' } = {}): void {
    const isRemoved = cell === 'removed';
    this.#site.stimulus('rtc', 'battery', {
      good: cell === 'good',
      ...(isRemoved && { removed: true }),
      ...how,
    });
    this.#cell = cell;
    this.chip.setBattery(cell === 'good');
  }

  #cancelCellEnd(): void {
    if (this.#cellEnd !== undefined) this.#site.world.cancel(this.#cellEnd);
    this.#cellEnd = undefined;
  }
}
