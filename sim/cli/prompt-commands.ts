import { writeFileSync } from 'node:fs';
import type { Bench } from '../bench.ts';
import { UsageError } from '../kernel/invariant.ts';
import { formatSpeed, parseSpeed, type Runner } from '../kernel/pacer.ts';
import type { HttpAnswer } from '../peers/http-answer.ts';
import { mailLine, mailLines, printable } from '../peers/mail-screen.ts';
import { accountLine } from '../peers/phone-screen.ts';
import { formatSpan } from '../scenario/duration.ts';
import { Interruption, StepContext } from '../scenario/context.ts';
import type { StepFailure } from '../scenario/step.ts';
import { stepDefinitions } from '../scenario/steps/index.ts';
import { labelLines } from './live/banner.ts';
import type { LiveBench } from './live/live-bench.ts';
import { timeWords } from './live/time-words.ts';
import { LiveVcd } from './live/live-vcd.ts';
import { Narrator, type NarratorOutput } from './live/narrator.ts';
import { isStepLine, parseStepLine } from './prompt-line.ts';

/** What the prompt may ask of the session it belongs to. */
export interface PromptHost {
  readonly output: NarratorOutput;
  quit(): void;
  /** Where programs attach to the console, and which are. */
  serial(): readonly string[];
  /** Absent where there is no console to go back to. */
  toConsole?(): void;
}

interface PromptWord {
  readonly usage: string;
  readonly does: string;
  run(words: readonly string[]): void | Promise<void>;
}

/** Steps that do something to the board; the others only look. */
const stimuli: ReadonlySet<string> = new Set([
  'press',
  'stimulus',
  'power',
  'set-control',
  'write-serial',
  'fault',
  'rtc',
]);

/** So long after a stimulus its first consequences are known: RESET is debounced, a beep begun. */
const consequencesUs = 100_000;
const beepMostUs = 2_000_000;

const logLinesOtherwise = 10;

/** What can be typed at `bench>`: every step of the vocabulary, and some words about the bench. */
export class PromptCommands {
  readonly #live: LiveBench;
  readonly #host: PromptHost;
  readonly #context: StepContext;
  readonly #stopFollowing: () => void;
  readonly #words: ReadonlyMap<string, PromptWord>;
  readonly #vcd: LiveVcd;
  #narrator: Narrator;
  #runner: Runner;

  constructor(live: LiveBench, host: PromptHost) {
    const { bench } = live;
    this.#live = live;
    this.#host = host;
    this.#runner = bench.world;
    this.#narrator = new Narrator(bench, host.output);
    this.#vcd = new LiveVcd(live);
    this.#context = new StepContext({
      bench,
      travel: live.travel,
      phone: live.phone,
      runner: {
        get nowUs() {
          return live.bench.world.nowUs;
        },
        runWhile: (wanted, limitUs) => this.#runner.runWhile(wanted, limitUs),
      },
    });
    this.#stopFollowing = live.withBench((each) => this.#follow(each));
    this.#words = this.#createWords();
  }

  /** Does what a line says. A `UsageError` says why it cannot; `signal` ends a wait. */
  async run(line: string, signal: AbortSignal): Promise<void> {
    const text = line.trim();
    if (text === '' || text.startsWith('#')) return;
    if (isStepLine(text) && !this.#words.has(text)) return this.#runStep(text, signal);
    const [word = '', ...rest] = text.split(/\s+/);
    const command = this.#words.get(word);
    if (command === undefined)
      throw new UsageError(`"${word}" is no step and no word here: try help`);
    await command.run(rest);
  }

  /** Lines that may be meant by what was typed so far. */
  complete(typed: string): readonly string[] {
    const steps = [...stepDefinitions.values()].flatMap(({ usage }) => usage ?? []);
    const words = [...this.#words].map(([word]) => word);
    const all = [...new Set([...phrases, ...steps, ...words])];
    return all.filter((line) => line.startsWith(typed)).sort();
  }

  /** Tells and hears no more. */
  close(): void {
    this.#stopFollowing();
    this.#vcd.close();
    this.#context.close();
  }

  /** Tells of this bench, and acts on it. */
  #follow(bench: Bench): () => void {
    this.#narrator = new Narrator(bench, this.#host.output);
    this.#context.follow(bench);
    return this.#narrator.start();
  }

  async #runStep(line: string, signal: AbortSignal): Promise<void> {
    const { definition, value } = parseStepLine(line);
    const isStimulus = stimuli.has(definition.key);
    const run = async (runner: Runner): Promise<StepFailure | undefined> => {
      this.#runner = runner;
      if (isStimulus) this.#narrator.mark();
      const failure = await definition.run(this.#context, value);
      if (isStimulus) await this.#seeConsequences(runner);
      return failure;
    };
    const failure = await this.#live.pacer.drive(run, { signal }).catch(failureOf);
    if (failure === undefined) {
      if (definition.key === 'http')
        answerLines(this.#context.http.last).forEach((text) => this.#say(text));
      if (!isStimulus) this.#say('ok');
    } else {
      this.#say(`expected  ${failure.expected}`);
      this.#say(`seen      ${failure.seen}`);
    }
  }

  async #seeConsequences(runner: Runner): Promise<void> {
    const { buzzer } = this.#live.bench.board;
    await runner.runWhile(() => true, runner.nowUs + consequencesUs);
    await runner.runWhile(() => buzzer.isSounding, runner.nowUs + beepMostUs);
    this.#narrator.conclude();
  }

  #createWords(): ReadonlyMap<string, PromptWord> {
    const live = this.#live;
    const { pacer } = live;
    const host = this.#host;
    const say = (text: string): void => this.#say(text);
    const words: PromptWord[] = [
      { usage: 'help', does: 'this', run: () => this.#help() },
      ...this.#speedWords(),
      {
        usage: 'states',
        does: 'the state of every chart',
        run: async () => {
          const states = await pacer.act(() => live.bench.states());
          for (const [chart, state] of Object.entries(states)) say(`${chart.padEnd(14)} ${state}`);
        },
      },
      {
        usage: 'label',
        does: 'what is printed on the board',
        run: () => labelLines(live.bench.board).forEach(say),
      },
      {
        usage: 'phone',
        does: "the phone's clock, its accounts and their codes",
        run: async () => (await pacer.act(() => this.#phoneLines())).forEach(say),
      },
      {
        usage: 'mail [NUMBER]',
        does: 'the mails that mail.example has taken, or one of them',
        run: async ([number]) => (await pacer.act(() => this.#mailLines(number))).forEach(say),
      },
      {
        usage: 'log [COUNT]',
        does: 'the last entries of the event log',
        run: ([n]) => this.#log(n),
      },
      {
        usage: 'serial',
        does: 'where programs attach to the console, and which have',
        run: () => host.serial().forEach(say),
      },
      { usage: 'trace FILE', does: 'write all that happened so far', run: (w) => this.#trace(w) },
      {
        usage: 'vcd FILE|stop',
        does: 'record waveforms to a file, until vcd stop',
        run: async (w) => say(await this.#vcd.run(w)),
      },
      ...timeWords(live, say),
      { usage: 'quit', does: 'end (the board loses its power)', run: () => host.quit() },
    ];
    if (host.toConsole !== undefined) {
      words.push({
        usage: 'console',
        does: 'back to the console, as Ctrl-]',
        run: () => host.toConsole?.(),
      });
    }
    return new Map(words.map((word) => [word.usage.split(' ')[0] ?? '', word]));
  }

  #speedWords(): readonly PromptWord[] {
    const { pacer } = this.#live;
    return [
      {
        usage: 'speed [10x|max]',
        does: 'how fast true time passes, 0.1x to 100x',
        run: ([speed]) => {
          if (speed !== undefined) pacer.setSpeed(parseSpeed(speed));
          this.#say(`${formatSpeed(pacer.speed)}${pacer.isPaused ? ', paused' : ''}`);
        },
      },
      {
        usage: 'pause',
        does: 'stop true time; steps still run, at once',
        run: () => pacer.pause(),
      },
      { usage: 'resume', does: 'let true time go on', run: () => pacer.resume() },
      {
        usage: 'step',
        does: 'run the next event of the world, however far off',
        run: () => this.#step(),
      },
    ];
  }

  #phoneLines(): readonly string[] {
    const { phone } = this.#context;
    const { skewMs, driftPpm } = phone;
    const side = skewMs < 0 ? 'behind' : 'ahead of';
    const skew =
      Math.abs(skewMs) < 1 ? 'right' : `${formatSpan(Math.abs(skewMs) * 1000)} ${side} true time`;
    const drift = driftPpm === 0 ? '' : `, drift ${Number(driftPpm.toFixed(3))}ppm`;
    const clock = `clock ${new Date(phone.nowMs).toISOString().slice(0, 19)}Z, ${skew}${drift}`;
    const accounts = phone.accounts().map(accountLine);
    return [clock, ...(accounts.length === 0 ? ['no account: phone scan NAME'] : accounts)];
  }

  #mailLines(number: string | undefined): readonly string[] {
    const { messages } = this.#live.bench.mailServer;
    if (number !== undefined) {
      const mail = messages[Number(number) - 1];
      if (mail === undefined) throw new UsageError(`there is no mail ${number}: mail lists them`);
      return mailLines(mail);
    }
    return [
      this.#live.mail.where,
      ...(messages.length === 0 ? ['no mail'] : messages.map(mailLine)),
    ];
  }

  #help(): void {
    this.#say('steps, as in scenario files (in words, as YAML or as JSON):');
    for (const { usage } of stepDefinitions.values()) {
      if (usage !== undefined) this.#say(`  ${usage}`);
    }
    this.#say('about the bench:');
    for (const { usage, does } of this.#words.values()) this.#say(`  ${usage.padEnd(16)} ${does}`);
    this.#say('Ctrl-C ends a step that waits.');
  }

  async #step(): Promise<void> {
    const hasRun = await this.#live.pacer.step();
    const time = new Date(this.#live.bench.world.nowUs / 1000).toISOString();
    this.#say(hasRun ? `true time ${time}` : 'nothing will ever happen');
  }

  async #log(count = String(logLinesOtherwise)): Promise<void> {
    const limit = Number(count);
    if (!Number.isSafeInteger(limit) || limit < 1) throw new UsageError(`"${count}" is no count`);
    const log = this.#live.bench.firmware?.log;
    if (log === undefined) throw new UsageError('the event log is only there while the board runs');
    const entries = await this.#live.pacer.act(() => log.page({ limit }));
    for (const { timeMs, severity, category, text } of entries.toReversed()) {
      const time = new Date(timeMs).toISOString().slice(0, 19).replace('T', ' ');
      this.#say(`${time}  ${severity.padEnd(7)}  ${category}: ${text}`);
    }
  }

  async #trace([file]: readonly string[]): Promise<void> {
    if (file === undefined) throw new UsageError('name a file: trace FILE');
    const text = await this.#live.pacer.act(() => this.#live.bench.traceText());
    try {
      writeFileSync(file, text);
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      throw new UsageError(`the trace could not be written: ${detail}`, { cause: error });
    }
    this.#say(`${text.split('\n').length - 1} lines in ${file}`);
  }

  #say(text: string): void {
    this.#host.output.line(`  ${text}`);
  }
}

/** Beginnings that no usage line shows. */
const phrases: readonly string[] = [
  'power on',
  'power off',
  'power cut',
  'power cycle',
  'press reset ',
  'expect-state appliance ',
  'wait-state appliance ready',
  'fault cpu hang',
  'fault reset stuck',
  'rtc battery dead',
  'rtc battery good',
  'phone scan ',
  'phone add ',
  'phone skew -90s',
  'phone drift 20ppm',
  'http GET /',
  'phone scan-http ',
  'fault smtp down',
  'fault smtp up',
  'fault smtp slow 2s',
];

const answerMax = 2_000;

/** An answer for the person who has asked: status, type, and the body where it is text. */
function answerLines(answer: HttpAnswer | undefined): readonly string[] {
  if (answer === undefined) return [];
  const { status, type, bytes, body } = answer;
  const title = `${status}${type === '' ? '' : ` ${type}`}, ${bytes.length} bytes`;
  if (!/^text\/|\b(json|xml)$/.test(type)) return [title];
  const shown = body.length <= answerMax ? body : `${body.slice(0, answerMax)}…`;
  return [title, ...shown.trimEnd().split('\n').map(printable)];
}

/** A step that failed in the middle of a wait says so by an interruption. */
function failureOf(error: unknown): StepFailure {
  if (error instanceof Interruption && error.reason.kind === 'failed') return error.reason.failure;
  throw error;
}
