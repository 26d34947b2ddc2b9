import * as v from 'valibot';
import type { StepContext } from '../context.ts';
import {
  closed,
  count,
  fieldsOr,
  flag,
  integer,
  oneOf,
  text,
  type FieldSchema,
} from '../schema.ts';
import { defineStep } from '../step.ts';
import { orderRtc, rtcFault } from './rtc-fault.ts';
import { orderSmtp, smtpFault } from './smtp-fault.ts';

const flash = closed({
  'cut-power-after-writes': v.exactOptional(count),
  'fail-writes': v.exactOptional(count),
  'flip-bits': v.exactOptional(count),
  'flip-bit': v.exactOptional(
    closed({ file: text, offset: integer(0, Number.MAX_SAFE_INTEGER), bit: integer(0, 7) }),
  ),
  'lie-about-sync': v.exactOptional(flag),
});

interface UartFault {
  readonly noise?: number | undefined;
  readonly break?: number | undefined;
  readonly framing?: number | undefined;
}

const uart: FieldSchema<UartFault> = fieldsOr<UartFault>(
  closed({
    noise: v.exactOptional(count),
    break: v.exactOptional(count),
    framing: v.exactOptional(count),
  }),
  v.pipe(
    oneOf(['break', 'framing']),
    v.transform((kind) => ({ [kind]: 1 })),
  ),
);

const schema = closed({
  flash: v.exactOptional(flash),
  uart: v.exactOptional(uart),
  reset: v.exactOptional(closed({ stuck: flag })),
  cpu: v.exactOptional(oneOf(['hang'])),
  smtp: v.exactOptional(smtpFault),
  rtc: v.exactOptional(rtcFault),
});

type Fault = v.InferOutput<typeof schema>;

/** Has something go wrong. One that never takes effect makes the run invalid. */
export const fault = defineStep({
  key: 'fault',
  schema: v.pipe(
    schema,
    v.check((value) => Object.values(value).some(isOrder), 'no fault is named'),
  ),
  usage: 'fault flash cut-power-after-writes 3',
  fromWords: ([part = '', kind = '', ...words]) => ({
    [part]: words.length === 0 ? bareFault(part, kind) : { [kind]: scalarOf(words.join(' ')) },
  }),
  run(context, value: Fault) {
    if (value.flash !== undefined) orderFlash(context, value.flash);
    if (value.uart !== undefined) orderUart(context, value.uart);
    if (value.smtp !== undefined) orderSmtp(context, value.smtp);
    if (value.rtc !== undefined) orderRtc(context, value.rtc);
    if (value.reset !== undefined) orderStuck(context, value.reset.stuck);
    if (value.cpu !== undefined) {
      const { board } = context.bench;
      orderNow(context, 'cpu: hang', () => board.hangCpu());
    }
    return undefined;
  },
});

function isOrder(value: unknown): boolean {
  return value !== undefined && (typeof value !== 'object' || Object.keys(value ?? {}).length > 0);
}

function orderFlash(context: StepContext, order: v.InferOutput<typeof flash>): void {
  const part = context.bench.board.flash;
  const give = (name: string, apply: () => void): void => {
    context.faults.order({ name: `flash: ${name}`, position: context.step?.position }, () => {
      apply();
      return () => part.pendingFaults.includes(name);
    });
  };
  const cut = order['cut-power-after-writes'];
  if (cut !== undefined) give('cut-power-after-writes', () => part.cutPowerAfterWrites(cut));
  const failing = order['fail-writes'];
  if (failing !== undefined) give('fail-writes', () => part.failWrites(failing));
  const flips = order['flip-bits'];
  if (flips !== undefined) give('flip-bits', () => void part.flipBits(flips));
  const flip = order['flip-bit'];
  if (flip !== undefined) part.flipBit(flip.file, flip.offset, flip.bit);
  const isLying = order['lie-about-sync'];
  if (isLying === true) give('lie-about-sync', () => part.lieAboutSync(true));
  else if (isLying === false) part.lieAboutSync(false);
}

function orderUart(context: StepContext, order: UartFault): void {
  const part = context.bench.board.uart;
  const { noise = 0, break: breaks = 0, framing = 0 } = order;
  if (noise > 0) orderNow(context, 'uart: noise', () => part.noise(noise));
  for (let done = 0; done < breaks; done += 1) {
    orderNow(context, 'uart: break', () => part.sendBreak());
  }
  for (let done = 0; done < framing; done += 1) {
    orderNow(context, 'uart: framing', () => part.sendFramingError());
  }
}

/** A stuck contact has an effect once a board that is on meets it. */
function orderStuck(context: StepContext, isStuck: boolean): void {
  const { board } = context.bench;
  if (!isStuck) {
    board.resetButton.setStuck(false);
    return;
  }
  context.faults.order({ name: 'reset: stuck', position: context.step?.position }, () => {
    let hasHappened = board.isPowered;
    board.resetButton.setStuck(true);
    board.onPower((event) => {
      if (event === 'start') hasHappened = true;
    });
    return () => !hasHappened;
  });
}

/** A fault of the instant: it has an effect if there is firmware that can feel it. */
function orderNow(context: StepContext, name: string, apply: () => void): void {
  context.faults.order({ name, position: context.step?.position }, () => {
    const isFelt = context.bench.board.life?.isListening === true;
    apply();
    return () => !isFelt;
  });
}

function bareFault(part: string, kind: string): unknown {
  return part === 'reset' && kind === 'stuck' ? { stuck: true } : kind;
}

function scalarOf(word: string): unknown {
  if (word === 'true' || word === 'on') return true;
  if (word === 'false' || word === 'off') return false;
  return /^\d+$/.test(word) ? Number(word) : word;
}
