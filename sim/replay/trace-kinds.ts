/** What a kind of record says. */
export interface TraceKind {
  readonly source: string;
  readonly kind: string;
  /** The world did it, the board did, or (`both`) either. */
  readonly by: 'world' | 'board' | 'both';
  /** Fields beside those that all have; one that can be absent ends in `?`. */
  readonly fields: string;
  readonly says: string;
}

function stimulus(source: string, kind: string, fields: string, says: string): TraceKind {
  return { source, kind, by: 'world', fields, says };
}

function output(source: string, kind: string, fields: string, says: string): TraceKind {
  return { source, kind, by: 'board', fields, says };
}

const ntpBehaviour =
  'offsetMs? driftPpm? delayUs? asymmetry? jitterUs? loss? duplicate? reorder? reachable? ' +
  'silent? dns? stratum? leap? kiss? spoof? garbled?';
const ntpSample =
  'server? serverTimeMs? sentAtMs? receivedAtMs? validated? stratum? leap? rootDistanceMs?';

/** Every kind of record that a trace can have; docs/reference/trace.md shows it as a table. */
export const traceKinds: readonly TraceKind[] = [
  stimulus('power', 'on', '', 'the supply is switched on'),
  { ...stimulus('power', 'off', 'onAfterUs?', 'it is switched off'), by: 'both' },
  { ...stimulus('power', 'cut', '', 'the plug is pulled; or power fails by a fault'), by: 'both' },
  output('power', 'start', 'reason boot', 'a life of the board begins'),
  output('power', 'resume', 'reason boot', 'a board goes on from a state'),
  output('power', 'reboot', '', 'the firmware restarts the board'),
  output('power', 'watchdog', '', 'the watchdog restarts it'),
  stimulus('cpu', 'hang', '', 'the CPU stops'),
  stimulus('crystal', 'drift', 'ppm', 'another error of the crystal'),
  stimulus('crystal', 'jitter', 'ppm everyUs?', 'it wanders by chance; 0 ends that'),
  output('crystal', 'rate', 'ppm', 'what the error of the crystal is now'),
  stimulus('clock', 'jump', 'byMs', 'somebody moves the wall clock'),
  stimulus('clock', 'slew', 'byUs overUs', 'somebody moves it bit by bit'),
  stimulus('reset', 'press', 'bounce? holdUs?', 'the button is pressed, to be released after'),
  stimulus('reset', 'release', 'bounce?', 'it is released'),
  stimulus('reset', 'follow', 'edges', 'it does what was captured: after how many µs, closed'),
  stimulus('reset', 'glitch', 'widthUs', 'a pulse on the line'),
  stimulus('reset', 'stuck', 'stuck', 'the contact is stuck, or free again'),
  stimulus('reset', 'reset', '', 'released and whole'),
  output('reset', 'line', 'pressed', 'an edge of the line'),
  stimulus('uart', 'rx', 'text? hex? hidden?', 'typed; so many bytes are not recorded'),
  stimulus('uart', 'break', '', 'the line is held low'),
  stimulus('uart', 'framing-error', 'text? hex?', 'a byte with a wrong stop bit'),
  stimulus('uart', 'noise', 'text? hex?', 'bytes of chance'),
  output('uart', 'tx', 'text', 'what the console says'),
  output('led', 'led', 'colour', 'the status LED'),
  output('buzzer', 'buzzer', 'on', 'the buzzer begins or ends'),
  stimulus('rtc', 'time', 'timeMs', 'the clock chip is set from outside'),
  stimulus('rtc', 'battery', 'good removed?', 'another coin cell, or none'),
  stimulus('rtc', 'battery-dies', 'atUs', 'the cell will be empty'),
  stimulus('rtc', 'battery-bounce', '', 'the contacts of the cell bounce'),
  stimulus('rtc', 'drift', 'ppm', 'another error of the chip'),
  stimulus('rtc', 'temperature', 'celsius', 'it is so warm'),
  stimulus('rtc', 'oscillator', 'running', 'its oscillator stops, or runs'),
  output('rtc', 'write', 'timeMs', 'the firmware sets the chip'),
  stimulus('i2c', 'nack-address', 'count', 'nobody answers on the bus'),
  stimulus('i2c', 'nack-byte', 'count', 'a byte is refused'),
  stimulus('i2c', 'disturb', 'count', 'noise in a transfer'),
  stimulus('i2c', 'hold-low', 'held', 'a line is held'),
  stimulus('i2c', 'reset', '', 'the bus without faults'),
  stimulus('flash', 'cut-power-after-writes', 'count', 'power will fail in that operation'),
  stimulus('flash', 'fail-writes', 'count code', 'operations fail'),
  stimulus('flash', 'lie-about-sync', 'on', 'syncs do nothing'),
  stimulus('flash', 'end-faults', '', 'what was ordered and waits is taken back'),
  stimulus('flash', 'flip-bits', 'count', 'bits are turned over by chance'),
  stimulus('flash', 'flip-bit', 'file offset bit', 'one bit is turned over'),
  stimulus('flash', 'unsynced', 'fate', 'what a power cut does to what is not synced'),
  output('flash', 'settle', 'keep lose tear garble', 'what it did, in pieces'),
  stimulus('lan', 'cable', 'adapter connected', 'a cable is pulled or put in'),
  output('lan', 'apply', 'adapter mode mtu address? mask? gateway?', 'address settings'),
  stimulus('http', 'request', 'method path from', 'a client asks; all else is secret'),
  stimulus('http', 'opened', 'port address? at? code? text?', 'a port of the host, or none'),
  output('http', 'listen', 'port', 'a port of the board is open'),
  output('http', 'close', 'port', 'it is closed'),
  output('http', 'response', 'path status', 'an answer has left'),
  output('http', 'refused', 'path', 'nobody answers'),
  output('http', 'reset', 'path', 'the connection breaks'),
  stimulus('mail-server', 'mode', 'mode delayUs? code?', 'how mail.example behaves'),
  stimulus('mail-server', 'account', 'demanded', 'whether it wants a login'),
  stimulus('mail-server', 'delivered', 'bytes', 'somebody else hands a mail in'),
  output('mail-server', 'taken', 'number to subject bytes', 'it has taken a mail'),
  stimulus('mail', 'way', 'isOutside', 'whether a hand-in goes over sockets of the host'),
  stimulus('mail', 'answered', 'place code? text?', 'what came of it there'),
  output('mail', 'send', 'server to bytes', 'a hand-in begins'),
  output('mail', 'sent', 'to', 'it is done'),
  output('mail', 'failed', 'to code text', 'it failed'),
  stimulus('ntp', 'set', `server ${ntpBehaviour}`, 'how a time server behaves'),
  stimulus('ntp', 'add', 'server', 'there is another time server'),
  stimulus('ntp', 'way', 'isOutside', 'whether a query goes over sockets of the host'),
  stimulus('ntp', 'answered', `place ${ntpSample} code? text? kiss?`, 'what came of it there'),
  output('ntp', 'query', 'server', 'the board asks'),
  output('ntp', 'reply', 'server stratum from?', 'a reply is there'),
  output('ntp', 'failed', 'server code', 'a query failed'),
  output('ntp', 'lost', 'server packet outside?', 'a packet was lost'),
  stimulus('sensors', 'hold', 'name value', 'a quantity is held still'),
  stimulus('sensors', 'silent', 'silent', 'the sensors do not answer'),
  stimulus('random', 'fail-reads', 'count', 'the random source does not answer'),
  stimulus('fault', 'timed', 'step', 'a fault of the scenario; what it does follows'),
  output('firmware', 'state', 'chart state', 'a chart is in another state'),
  output(
    'firmware',
    'wall-clock',
    'offsetMs ratePpm crystalPpm slewMs? slewPpm?',
    'how the wall clock moves from now on',
  ),
];

/** Fields that any record may have. */
export const commonFields: Readonly<Record<string, string>> = {
  t: 'true time, µs since the Unix epoch',
  source: 'the part, the peer or the layer',
  kind: 'what happened there',
  stimulus: '`true` where the world did it; absent where the board did',
  after: 'of a stimulus: so many events of its instant had run; absent where all that were due had',
  by: 'of a stimulus: what it follows from by itself (`hold`, `cycle` …); nobody has to do it again',
  board: 'whose it is, in a world with several boards; absent for the first of them',
};

/** The table of docs/reference/trace.md. */
export function kindsTable(): string {
  const rows = traceKinds.map(
    ({ source, kind, by, fields, says }) =>
      `| \`${source}\` | \`${kind}\` | ${by} | ${marked(fields)} | ${says} |`,
  );
  return [
    '| source | kind | by | fields | says |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

function marked(fields: string): string {
  return fields
    .split(' ')
    .filter((field) => field !== '')
    .map((field) => `\`${field}\``)
    .join(' ');
}

/** The JSON Schema of a line of a trace. */
export function traceSchema(): object {
  const records = traceKinds.map(({ source, kind, by, fields }) => {
    const names = fields.split(' ').filter((field) => field !== '');
    const needed = names.filter((field) => !field.endsWith('?'));
    const isStimulus = by === 'both' ? {} : { stimulus: by === 'world' ? { const: true } : false };
    return {
      type: 'object',
      properties: {
        t: { type: 'integer' },
        source: { const: source },
        kind: { const: kind },
        after: { type: 'integer', minimum: 0 },
        by: { type: 'string' },
        board: { type: 'string' },
        stimulus: { const: true },
        ...Object.fromEntries(names.map((field) => [field.replace('?', ''), {}])),
        ...isStimulus,
      },
      required: ['t', 'source', 'kind', ...needed, ...(by === 'world' ? ['stimulus'] : [])],
      additionalProperties: false,
    };
  });
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'A line of a nasboard trace (JSON Lines)',
    type: 'object',
    anyOf: [{ $ref: '#/$defs/header' }, ...records],
    $defs: {
      header: {
        description: 'The first line.',
        type: 'object',
        properties: {
          trace: { const: 'nasboard' },
          version: { const: 1 },
          seed: { type: 'integer', minimum: 0 },
          startUs: { type: 'integer' },
          board: { type: 'object' },
          options: { type: 'object' },
          scenario: { type: 'object' },
          restored: { const: true },
        },
        required: ['trace', 'version', 'seed', 'startUs', 'board'],
      },
    },
  };
}
