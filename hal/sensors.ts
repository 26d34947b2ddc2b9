/** What the processor is doing. */
export interface CpuReading {
  /** As its maker calls it, for people. */
  readonly model: string;
  /** Share of its time that it works, 0 to 100, over the last few seconds. */
  readonly usedPercent: number;
  readonly temperatureC: number;
}

/** The working memory. */
export interface MemoryReading {
  readonly totalBytes: number;
  /** What firmware could have more, caches counted as free; never more than there is. */
  readonly freeBytes: number;
}

/** A fan that is built in. */
export interface FanReading {
  /** Turns a minute; 0: it stands. */
  readonly rpm: number;
}

/**
 * What the board measures of itself, at the moment of the call. Judging it (too hot, a fan that
 * stands) is the firmware's business. Errors: `io` where a sensor does not answer, `not-present`
 * where there is none.
 */
export interface Sensors {
  cpu(): CpuReading;
  memory(): MemoryReading;
  /** Temperature inside the case, degrees Celsius. */
  systemTemperatureC(): number;
  /** The fans of the case in a fixed order, the same for the life of the board; may be none. */
  fans(): readonly FanReading[];
}
