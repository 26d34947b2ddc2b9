/** A tuning fork runs slower the farther it is from its turnover: ppm per °C squared. */
const curvature = -0.034;
const turnoverC = 25;

/**
 * What compensation leaves of that, ppm per °C squared: with half a step of the thermometer it
 * stays within the datasheet's 2 ppm from 0 to 40 °C, and 3.5 ppm from -40 to 85 °C.
 */
const leftCurvature = -0.0006;

/** A step of the aging register at 25 °C, ppm; a positive one runs slower. */
const agingPpm = -0.1;

/** What the chip knew when it last compensated its crystal. */
export interface Compensation {
  /** As measured, in quarters of a degree; undefined before the first measurement. */
  readonly celsius: number | undefined;
  /** The aging register, -128 to 127. */
  readonly aging: number;
}

/** Error of the oscillator beside that of the piece at 25 °C, ppm; positive runs fast. */
export function temperaturePpm(celsius: number, { celsius: known, aging }: Compensation): number {
  const left = leftCurvature * (celsius - turnoverC) ** 2;
  const notCompensated = curve(celsius) - curve(known ?? turnoverC);
  return notCompensated + left + agingPpm * aging;
}

/** To a quarter of a degree, as far as ten bits go. */
export function measured(celsius: number): number {
  return Math.min(127.75, Math.max(-128, Math.round(celsius * 4) / 4));
}

/** Registers 11 and 12. */
export function toTemperatureRegisters(celsius: number | undefined): readonly [number, number] {
  const quarters = Math.round((celsius ?? 0) * 4);
  return [(quarters >> 2) & 0xff, (quarters & 0x03) << 6];
}

function curve(celsius: number): number {
  return curvature * (celsius - turnoverC) ** 2;
}
