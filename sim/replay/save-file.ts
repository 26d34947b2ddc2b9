import { createHash } from 'node:crypto';
import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as v from 'valibot';
import type { Beginning } from '../beginning.ts';
import type { BenchSnapshot } from '../bench.ts';
import { UsageError } from '../kernel/invariant.ts';
import type { Stimulus } from '../kernel/trace.ts';
import type { FlashOptions } from '../parts/flash.ts';
import type { Base, Mark, Moment } from './line-of-time.ts';
import { fromJson, toJson } from './plain-data.ts';

/** A world at one moment: where it comes from, and what was done to it since. */
export interface SavedWorld {
  readonly startUs: number;
  /** Absent where the bench was not at rest since its beginning. */
  readonly base?: Base;
  readonly beginning?: Beginning;
  readonly journal: readonly Stimulus[];
  readonly marks: readonly Mark[];
  readonly moment: Moment;
}

/** Goes up whenever an older version could not read what is written. */
const formatVersion = 1;

const bodyBytesMax = 512 * 1024 * 1024;

/** From its base on a world is done again: so far at most, or nobody could wait for it. */
const spanUsMax = 400 * 86_400_000_000;

const integer = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(integer, v.minValue(0));
const fields = v.record(v.string(), v.unknown());

const headerSchema = v.strictObject({
  nasboard: v.literal('world'),
  version: v.literal(formatVersion),
  bytes: count,
  sha256: v.string(),
});

const momentEntries = { t: integer, after: v.optional(count), stimuli: count };

const snapshotSchema = v.object({
  seed: count,
  atUs: integer,
  instantEvents: count,
  options: fields,
  random: v.array(v.tuple([v.string(), v.tuple([v.number(), v.number(), v.number(), v.number()])])),
  board: fields,
  firmware: fields,
  mailServer: fields,
  timeServers: v.array(fields),
});

const worldSchema = v.object({
  startUs: integer,
  base: v.optional(
    v.object({ snapshot: snapshotSchema, moment: v.object(momentEntries), records: count }),
  ),
  beginning: v.optional(v.object({ options: fields })),
  journal: v.array(
    v.object({
      t: integer,
      source: v.string(),
      kind: v.string(),
      after: v.optional(count),
      together: v.optional(v.literal(true)),
      fields,
      secret: v.optional(fields),
    }),
  ),
  marks: v.array(v.object({ name: v.string(), ...momentEntries })),
  moment: v.object(momentEntries),
});

/** A line of JSON that people can read (`head -1`), then the bytes that it counts. */
export function encodeWorld(world: SavedWorld): Uint8Array {
  const body = deflateRawSync(Buffer.from(toJson(world)));
  const header = {
    nasboard: 'world',
    version: formatVersion,
    bytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
  };
  return Buffer.concat([Buffer.from(`${JSON.stringify(header)}\n`), body]);
}

/** Reads what `encodeWorld` made; a `UsageError` says what is wrong with anything else. */
export function decodeWorld(bytes: Uint8Array): SavedWorld {
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const lineEnd = file.indexOf(0x0a);
  const header = readHeader(file.toString('utf8', 0, Math.max(0, lineEnd)));
  const body = file.subarray(lineEnd + 1);
  const sha256 = createHash('sha256').update(body).digest('hex');
  if (body.length !== header.bytes || sha256 !== header.sha256) {
    throw new UsageError('the saved world is damaged (its checksum does not match): use a copy');
  }
  const found = v.safeParse(worldSchema, contentOf(body));
  if (!found.success) {
    const [issue] = found.issues;
    throw unusable(`${v.getDotPath(issue) ?? 'its content'}: ${issue.message}`);
  }
  const world = found.output as unknown as SavedWorld;
  refuseImpossible(world);
  return world;
}

/** Says of an error that it comes from a saved world that fits together nowhere. */
export function unusable(why: string, options?: ErrorOptions): UsageError {
  return new UsageError(
    `this saved world cannot be gone on from (${why}): save it anew with this version`,
    options,
  );
}

function contentOf(body: Uint8Array): unknown {
  let text: string;
  try {
    text = inflateRawSync(body, { maxOutputLength: bodyBytesMax }).toString('utf8');
  } catch (cause) {
    throw unusable('its content cannot be unpacked', { cause });
  }
  try {
    return fromJson(text);
  } catch (error) {
    throw unusable(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function readHeader(line: string): v.InferOutput<typeof headerSchema> {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    value = undefined;
  }
  const loose = v.safeParse(
    v.looseObject({ nasboard: v.literal('world'), version: v.number() }),
    value,
  );
  if (!loose.success) {
    throw new UsageError('this is no saved world: its first line is not that of one');
  }
  if (loose.output.version > formatVersion) {
    throw new UsageError('the world was saved by a newer nasboard: use that one');
  }
  const header = v.safeParse(headerSchema, value);
  if (!header.success) throw unusable('its first line is incomplete');
  return header.output;
}

function refuseImpossible({ base, beginning, journal, moment, startUs }: SavedWorld): void {
  if (base === undefined && beginning === undefined) throw unusable('it has no beginning');
  const fromUs = base?.moment.t ?? startUs;
  const spanUs = moment.t - fromUs;
  if (spanUs < 0 || spanUs > spanUsMax) throw unusable('its times do not fit together');
  if (moment.stimuli !== journal.length || (base?.moment.stimuli ?? 0) !== 0) {
    throw unusable('its journal is not that of its moments');
  }
  let lastUs = fromUs;
  for (const { t } of journal) {
    if (t < lastUs || t > moment.t) throw unusable('its journal is not in order');
    lastUs = t;
  }
}

/** Only what it takes to go on from a moment: marks before it are left behind. */
export function worldAt(options: {
  readonly startUs: number;
  readonly base: Base | undefined;
  readonly beginning: Beginning | undefined;
  readonly journal: readonly Stimulus[];
  readonly marks: readonly Mark[];
  readonly moment: Moment;
}): SavedWorld {
  const { base, beginning, moment } = options;
  const first = base?.moment.stimuli ?? 0;
  const moved = <M extends Moment>(each: M): M => ({ ...each, stimuli: each.stimuli - first });
  const startUs = base?.moment.t ?? options.startUs;
  return {
    startUs,
    journal: options.journal.slice(first, moment.stimuli),
    marks: options.marks.filter(({ t, stimuli }) => t >= startUs && stimuli >= first).map(moved),
    moment: moved(moment),
    ...(base === undefined
      ? beginning && { beginning }
      : { base: { snapshot: lean(base.snapshot), moment: moved(base.moment), records: 0 } }),
  };
}

/** The image that the board was built with is not needed any more. */
function lean(snapshot: BenchSnapshot): BenchSnapshot {
  const { board, ...options } = snapshot.options;
  if (board?.flash?.image === undefined) return snapshot;
  const kept = Object.entries(board.flash).filter(([name]) => name !== 'image');
  const flash: Omit<FlashOptions, 'name'> = Object.fromEntries(kept);
  return { ...snapshot, options: { ...options, board: { ...board, flash } } };
}
