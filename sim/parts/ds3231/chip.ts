import type { World } from '../../kernel/world.ts';
import type { I2cDevice } from '../i2c-bus.ts';
import { nextMatch, withSeconds } from './alarms.ts';
import { Oscillator, type OscillatorState } from './oscillator.ts';
import { PinWatch } from './pin-watch.ts';
import { alarmsOnPin, type PinFacts, pinLevel, untilWaveChangesUs } from './pin.ts';
import { control, powerOn, register, registerCount, status } from './registers.ts';
import { ResetPin, type ResetPinState } from './reset-pin.ts';
import { toTemperatureRegisters } from './temperature.ts';
import { TimeCounter, type TimeCounterState } from './time-counter.ts';

/** The chip at one instant, between two transfers. */
export interface Ds3231State {
  readonly oscillator: OscillatorState;
  readonly counter: TimeCounterState;
  readonly resetPin: ResetPinState;
  readonly checkedSeconds: number;
  readonly alarms: Uint8Array;
  readonly control: number;
  readonly flags: number;
  readonly aging: number;
  readonly pointer: number;
  readonly hasVcc: boolean;
  readonly hasBattery: boolean;
  readonly isStarted: boolean;
  readonly isOscillatorBroken: boolean;
}

const alarmCount = 7;
const clearedByZero = status.stopped | status.alarm2 | status.alarm1;

/**
 * A DS3231 at register level: the map of its datasheet, its two supplies, its oscillator with
 * thermometer, its INT/SQW and RST pins. Everything that moves by itself is computed when somebody
 * looks, so that it costs nothing while nobody does.
 */
export class Ds3231Chip implements I2cDevice {
  /** The pin for a push button. */
  readonly resetPin: ResetPin;
  readonly #oscillator: Oscillator;
  readonly #counter: TimeCounter;
  readonly #pin: PinWatch;
  readonly #world: World;
  /** Nothing happens twice in one instant; undefined where something may have begun in this one. */
  #settledAtUs: number | undefined;
  /** Up to this second the alarms have been looked after. */
  #checkedSeconds = 0;
  #alarms: Uint8Array = new Uint8Array(alarmCount);
  #control: number = powerOn.control;
  /** Bits of the status register that are kept; busy is computed. */
  #flags: number = powerOn.status;
  #aging = 0;
  #hasVcc = false;
  #hasBattery = true;
  /** False after a supply by battery alone, until the board's supply or a master wakes the chip. */
  #isStarted = true;
  #isOscillatorBroken = false;
  #pointer = 0;
  /** The next byte written is the address of a register. */
  #awaitsPointer = false;
  #buffer: Uint8Array = new Uint8Array();

  /** As delivered: with a good battery, running, at 25 °C, set to 01/01/00. */
  constructor(world: World) {
    this.#world = world;
    const nowUs = (): number => world.nowUs;
    this.resetPin = new ResetPin(nowUs);
    this.#oscillator = new Oscillator(nowUs);
    this.#counter = new TimeCounter(this.#oscillator);
    this.#pin = new PinWatch(world, {
      level: () => this.intLevel,
      nextUs: () => this.#nextPinUs(),
    });
  }

  /** µs since 1 January of 00 by the calendar of the chip, fraction and all. */
  get timeUs(): number {
    this.#settle();
    return this.#counter.timeUs;
  }

  /** Whether the oscillator has run ever since the flag was cleared. */
  get isValid(): boolean {
    return (this.#status & status.stopped) === 0;
  }

  get isRunning(): boolean {
    return this.#oscillator.isRunning;
  }

  /** Error of the piece at 25 °C and without aging. */
  get driftPpm(): number {
    return this.#oscillator.driftPpm;
  }

  /** Error of the oscillator at this moment, all told. */
  get ppm(): number {
    this.#settle();
    return this.#oscillator.ppm;
  }

  get celsius(): number {
    return this.#oscillator.celsius;
  }

  /** All registers as they are now, as if the bus had not been involved. */
  registers(): Uint8Array {
    this.#settle();
    return Uint8Array.from({ length: registerCount }, (_, address) => this.#live(address));
  }

  /** The level of the INT/SQW pin, pulled up. */
  get intLevel(): 0 | 1 {
    this.#settle();
    return pinLevel(this.#pinFacts());
  }

  /** Hears the levels that the INT/SQW pin changes to; the answer stops it. */
  watchInt(listener: (level: 0 | 1) => void): () => void {
    return this.#pin.add(listener);
  }

  /** The level of the RST pin, pulled up. */
  get rstLevel(): 0 | 1 {
    return this.resetPin.level(this.#hasVcc);
  }

  /** Sets the time from outside; it is valid if the oscillator runs. */
  setTimeUs(timeUs: number): void {
    this.#settle();
    this.#counter.set(timeUs);
    this.#checkedSeconds = this.#counter.seconds;
    if (this.isRunning) this.#flags &= ~status.stopped;
    this.#pin.update();
  }

  /** Puts bytes into the time registers that nobody wrote; no flag tells. */
  corruptTime(bytes: Uint8Array): void {
    this.#settle();
    bytes.forEach((byte, address) => this.#counter.write(address, byte));
    this.#checkedSeconds = this.#counter.seconds;
    this.#pin.update();
  }

  /** The board's supply comes or goes. */
  setVcc(isOn: boolean): void {
    this.#settle();
    const hasCome = isOn && !this.#hasVcc;
    this.#hasVcc = isOn;
    if (isOn) this.#isStarted = true;
    this.#suppliesChanged();
    if (hasCome) this.resetPin.supplyCame(this.isRunning);
  }

  /** A battery that can keep the chip alive is there, or not. */
  setBattery(isGood: boolean): void {
    this.#settle();
    this.#hasBattery = isGood;
    this.#suppliesChanged();
  }

  setDriftPpm(ppm: number): void {
    this.#settle();
    this.#oscillator.setDriftPpm(ppm);
    this.#pin.update();
  }

  /** Temperature of the chip, °C. */
  setCelsius(celsius: number): void {
    this.#settle();
    this.#oscillator.setCelsius(celsius);
    this.#pin.update();
  }

  /** A fault: the oscillator does not run, whatever the registers say. */
  setOscillatorBroken(isBroken: boolean): void {
    this.#settle();
    this.#isOscillatorBroken = isBroken;
    this.#runMayHaveChanged();
    this.#pin.update();
  }

  start(direction: 'read' | 'write'): boolean {
    if (!this.#hasSupply) return false;
    this.#settle();
    this.#isStarted = true;
    this.#runMayHaveChanged();
    if (direction === 'read') this.#buffer = this.#counter.registers();
    this.#awaitsPointer = direction === 'write';
    return true;
  }

  write(byte: number): boolean {
    if (!this.#hasSupply) return false;
    if (this.#awaitsPointer) {
      // The datasheet leaves open where addresses beyond the last register lead.
      this.#pointer = byte % registerCount;
      this.#awaitsPointer = false;
      return true;
    }
    this.#settle();
    this.#store(this.#pointer, byte);
    this.#advance();
    this.#pin.update();
    return true;
  }

  read(): number {
    if (!this.#hasSupply) return 0xff;
    const held = this.#buffer[this.#pointer];
    if (held === undefined) this.#settle();
    const byte = held ?? this.#live(this.#pointer);
    this.#advance();
    return byte;
  }

  stop(): void {
    this.#awaitsPointer = false;
  }

  save(): Ds3231State {
    this.#settle();
    return {
      oscillator: this.#oscillator.save(),
      counter: this.#counter.save(),
      resetPin: this.resetPin.save(),
      checkedSeconds: this.#checkedSeconds,
      alarms: this.#alarms.slice(),
      control: this.#control,
      flags: this.#flags,
      aging: this.#aging,
      pointer: this.#pointer,
      hasVcc: this.#hasVcc,
      hasBattery: this.#hasBattery,
      isStarted: this.#isStarted,
      isOscillatorBroken: this.#isOscillatorBroken,
    };
  }

  /** Goes on where `state` stood. */
  restore(state: Ds3231State): void {
    this.#oscillator.restore(state.oscillator);
    this.#counter.restore(state.counter);
    this.resetPin.restore(state.resetPin);
    this.#checkedSeconds = state.checkedSeconds;
    this.#alarms = state.alarms.slice();
    this.#control = state.control;
    this.#flags = state.flags;
    this.#aging = state.aging;
    this.#pointer = state.pointer;
    this.#hasVcc = state.hasVcc;
    this.#hasBattery = state.hasBattery;
    this.#isStarted = state.isStarted;
    this.#isOscillatorBroken = state.isOscillatorBroken;
    this.#settledAtUs = undefined;
    this.#pin.update();
  }

  get #hasSupply(): boolean {
    return this.#hasVcc || this.#hasBattery;
  }

  get #status(): number {
    const busy = this.#oscillator.isConverting ? status.busy : 0;
    return this.#flags | busy;
  }

  #suppliesChanged(): void {
    if (!this.#hasSupply) this.#forget();
    this.#runMayHaveChanged();
    this.#pin.update();
  }

  #forget(): void {
    this.#oscillator.forget();
    this.#counter.forget();
    this.#checkedSeconds = this.#counter.seconds;
    this.#alarms = new Uint8Array(alarmCount);
    this.#control = powerOn.control;
    this.#flags = powerOn.status | status.stopped;
    this.#aging = 0;
    this.#pointer = 0;
    this.#isStarted = false;
  }

  #runMayHaveChanged(): void {
    const isStoppedOnBattery = !this.#hasVcc && (this.#control & control.stopOnBattery) !== 0;
    const isToRun = this.#hasSupply && this.#isStarted && !this.#isOscillatorBroken;
    if (isToRun && !isStoppedOnBattery) {
      if (this.isRunning) return;
      this.#oscillator.start();
      this.#settledAtUs = undefined;
    } else {
      this.#oscillator.stop();
      this.#flags |= status.stopped;
    }
  }

  /** A register as it is now. */
  #live(address: number): number {
    if (address < register.alarm1) return this.#counter.registers()[address] ?? 0;
    if (address < register.control) return this.#alarms[address - register.alarm1] ?? 0;
    if (address === register.control) {
      return this.#control | (this.#oscillator.isConversionForced ? control.convert : 0);
    }
    if (address === register.status) return this.#status;
    if (address === register.aging) return this.#aging;
    return toTemperatureRegisters(this.#oscillator.measuredCelsius)[
      address === register.temperatureHigh ? 0 : 1
    ];
  }

  #store(address: number, byte: number): void {
    if (address < register.alarm1) {
      this.#counter.write(address, byte);
      this.#checkedSeconds = this.#counter.seconds;
    } else if (address < register.control) {
      this.#alarms[address - register.alarm1] = byte;
    } else if (address === register.control) {
      this.#control = byte & ~control.convert;
      this.#runMayHaveChanged();
      if ((byte & control.convert) !== 0) this.#oscillator.convert();
    } else if (address === register.status) {
      const kept = this.#flags & byte & clearedByZero;
      this.#flags = kept | (byte & status.output32kHz);
      this.#runMayHaveChanged();
    } else if (address === register.aging) {
      this.#aging = byte;
      this.#oscillator.setAging(byte < 0x80 ? byte : byte - 0x100);
    }
  }

  #advance(): void {
    this.#pointer = (this.#pointer + 1) % registerCount;
    if (this.#pointer === 0) this.#buffer = this.#counter.registers();
  }

  /** Catches up with what happened by itself since anybody looked. */
  #settle(): void {
    const { nowUs } = this.#world;
    if (nowUs === this.#settledAtUs) return;
    this.#settledAtUs = nowUs;
    this.#oscillator.settle();
    const upTo = this.#counter.seconds;
    const after = this.#checkedSeconds;
    if (upTo <= after || !this.#counter.isLogical) return;
    this.#checkedSeconds = upTo;
    for (const flag of [status.alarm1, status.alarm2]) {
      if ((this.#flags & flag) !== 0) continue;
      if (this.#alarmAfter(flag, { after, upTo }) !== undefined) this.#flags |= flag;
    }
  }

  #alarmAfter(flag: number, span: { after: number; upTo: number }): number | undefined {
    const alarm =
      flag === status.alarm1 ? this.#alarms.subarray(0, 4) : withSeconds(this.#alarms.subarray(4));
    return nextMatch(alarm, (seconds) => this.#counter.show(seconds), span);
  }

  #pinFacts(): PinFacts {
    return {
      control: this.#control,
      status: this.#flags,
      phaseUs: this.#counter.phaseUs,
      hasVcc: this.#hasVcc,
    };
  }

  /** The next true time at which the INT/SQW pin may change by itself. */
  #nextPinUs(): number | undefined {
    if (!this.isRunning) return undefined;
    const facts = this.#pinFacts();
    const waveUs = untilWaveChangesUs(facts);
    const counts = waveUs === undefined ? [] : [this.#oscillator.countUs + waveUs];
    const waiting = this.#counter.isLogical ? alarmsOnPin(facts) & ~this.#flags : 0;
    for (const flag of [status.alarm1, status.alarm2]) {
      if ((waiting & flag) === 0) continue;
      const after = this.#checkedSeconds;
      const match = this.#alarmAfter(flag, { after, upTo: Number.POSITIVE_INFINITY });
      if (match !== undefined) counts.push(this.#counter.countUsAt(match));
    }
    const { rateChangeCountUs } = this.#oscillator;
    if (counts.length === 0) return undefined;
    return this.#oscillator.trueAt(Math.min(...counts, rateChangeCountUs ?? Infinity));
  }
}
