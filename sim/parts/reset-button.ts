import type { Button, ButtonEdge } from '#hal/button';
import { UsageError } from '../kernel/invariant.ts';
import type { WorldEvent } from '../kernel/event-queue.ts';
import type { Life } from './life.ts';
import { Listeners } from './listeners.ts';
import type { BoardSite } from './site.ts';

/**
 * Contact bounce: how many edges follow the main one, within which time. They end at the level of
 * the main edge, so an odd number gets one more. Where in the window they fall is chance.
 */
export interface Bounce {
  readonly edges: number;
  readonly withinUs: number;
}

/** The RESET button: its line is pressed while the contact is closed, by a finger or by a fault. */
export class ResetButtonPart {
  readonly #site: BoardSite;
  readonly #listeners: Listeners<ButtonEdge>;
  #life: Life | undefined;
  #isContactClosed = false;
  #isStuck = false;
  #isGlitching = false;
  #isPressed = false;
  #bounces: WorldEvent[] = [];
  #releaseEvent: WorldEvent | undefined;
  #glitchEvent: WorldEvent | undefined;

  constructor(site: BoardSite) {
    this.#site = site;
    this.#listeners = new Listeners(site.world);
  }

  /** The level of the line now. */
  get isPressed(): boolean {
    return this.#isPressed;
  }

  /** Presses the button, and keeps it pressed. */
  press(bounce?: Bounce): void {
    this.#move(true, bounce, {});
  }

  /** Lets the button go. */
  release(bounce?: Bounce): void {
    this.#move(false, bounce, {});
  }

  /** Presses now and releases after `holdUs` of true time, main edge to main edge. */
  hold(holdUs: number, bounce?: Bounce): { readonly releasedAtUs: number } {
    if (!Number.isSafeInteger(holdUs) || holdUs < 0) {
      throw new UsageError(`a hold of ${holdUs} µs: give an integer from 0 on`);
    }
    this.#move(true, bounce, { holdUs });
    const releasedAtUs = this.#site.world.nowUs + holdUs;
    this.#releaseEvent = this.#at(releasedAtUs, () => this.#move(false, bounce, { by: 'hold' }));
    return { releasedAtUs };
  }

  /** Does what was recorded: closes and opens so long after now. Answers when the last edge is. */
  follow(edges: readonly { readonly afterUs: number; readonly isClosed: boolean }[]): {
    readonly endsAtUs: number;
  } {
    const { nowUs } = this.#site.world;
    const isInOrder = edges.every(
      ({ afterUs }, place) =>
        Number.isSafeInteger(afterUs) && afterUs >= (edges[place - 1]?.afterUs ?? 0),
    );
    if (!isInOrder) throw new UsageError('edges to follow: give times in order, from 0 on');
    const pairs = edges.map(({ afterUs, isClosed }) => [afterUs, isClosed]);
    this.#site.stimulus('reset', 'follow', { edges: pairs });
    this.#cancelMoves();
    this.#bounces = edges.map(({ afterUs, isClosed }) =>
      this.#at(nowUs + afterUs, () => this.#setContact(isClosed)),
    );
    return { endsAtUs: nowUs + (edges.at(-1)?.afterUs ?? 0) };
  }

  /** Disturbs the line: for `widthUs` it has the level it should not have. */
  glitch(widthUs: number): void {
    if (!Number.isSafeInteger(widthUs) || widthUs < 1) {
      throw new UsageError(`a glitch of ${widthUs} µs: give an integer from 1 on`);
    }
    this.#site.stimulus('reset', 'glitch', { widthUs });
    this.#cancel(this.#glitchEvent);
    this.#isGlitching = true;
    this.#update();
    this.#glitchEvent = this.#at(this.#site.world.nowUs + widthUs, () => {
      this.#isGlitching = false;
      this.#update();
    });
  }

  /** A contact that is stuck stays closed whatever the finger does. */
  setStuck(isStuck: boolean): void {
    this.#site.stimulus('reset', 'stuck', { stuck: isStuck });
    this.#isStuck = isStuck;
    this.#update();
  }

  /** The firmware's face for one life. */
  connect(life: Life): Button {
    this.#life = life;
    this.#listeners.clear();
    return {
      isPressed: () => this.#isPressed,
      onEdge: (listener) => (life.isAlive ? this.#listeners.add(listener) : () => undefined),
    };
  }

  /** Released, whole, and nothing ordered. */
  reset(): void {
    this.#site.stimulus('reset', 'reset');
    this.#cancelMoves();
    this.#cancel(this.#glitchEvent);
    this.#isContactClosed = false;
    this.#isStuck = false;
    this.#isGlitching = false;
    this.#update();
  }

  #move(isDown: boolean, bounce: Bounce | undefined, how: { holdUs?: number; by?: 'hold' }): void {
    const offsetsUs = bounce === undefined ? [] : this.#bounceOffsets(bounce);
    const fields = { ...(bounce !== undefined && { bounce: { ...bounce } }), ...how };
    this.#site.stimulus('reset', isDown ? 'press' : 'release', fields);
    this.#cancelMoves();
    this.#setContact(isDown);
    const { nowUs } = this.#site.world;
    this.#bounces = offsetsUs.map((offsetUs, place) =>
      this.#at(nowUs + offsetUs, () => this.#setContact(place % 2 === 0 ? !isDown : isDown)),
    );
  }

  /** When, after the main edge, the contact changes: drawn from the window, in order. */
  #bounceOffsets({ edges, withinUs }: Bounce): readonly number[] {
    const isCount = Number.isSafeInteger(edges) && edges >= 0;
    if (!isCount || !Number.isSafeInteger(withinUs) || withinUs < 1) {
      throw new UsageError(`a bounce of ${edges} edges within ${withinUs} µs: give two integers`);
    }
    const random = this.#site.random('reset');
    const count = edges + (edges % 2);
    return Array.from({ length: count }, () => random.integer(1, withinUs)).sort((a, b) => a - b);
  }

  #setContact(isClosed: boolean): void {
    this.#isContactClosed = isClosed;
    this.#update();
  }

  #update(): void {
    const isPressed = (this.#isContactClosed || this.#isStuck) !== this.#isGlitching;
    if (isPressed === this.#isPressed) return;
    this.#isPressed = isPressed;
    this.#site.output('reset', 'line', { pressed: isPressed });
    if (this.#life?.isListening !== true) return;
    this.#listeners.tell({ pressed: isPressed, atMs: this.#life.clock.now() });
  }

  #at(timeUs: number, run: () => void): WorldEvent {
    return this.#site.world.at(timeUs, `${this.#site.boardName}: RESET`, run);
  }

  #cancel(event: WorldEvent | undefined): void {
    if (event !== undefined) this.#site.world.cancel(event);
  }

  #cancelMoves(): void {
    for (const event of this.#bounces) this.#cancel(event);
    this.#bounces = [];
    this.#cancel(this.#releaseEvent);
    this.#releaseEvent = undefined;
  }
}
