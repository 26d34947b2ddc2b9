/** Takes bytes for a client; calls back when it can take more, also where the client has gone. */
export type Send = (bytes: Buffer, done: () => void) => void;

/** So much waits for a client; then the oldest is dropped. */
const bytesMaxOtherwise = 64 * 1024;

/**
 * What waits for a client that reads more slowly than the board talks. One send is under way at a
 * time. What does not fit is lost at its old end, and the client is told how much.
 */
export class OutputQueue {
  readonly #send: Send;
  readonly #bytesMax: number;
  #waiting: Buffer[] = [];
  #size = 0;
  #lost = 0;
  #lostInAll = 0;
  #isSending = false;
  #isHeld = false;

  constructor(send: Send, options: { readonly bytesMax?: number } = {}) {
    this.#send = send;
    this.#bytesMax = options.bytesMax ?? bytesMaxOtherwise;
  }

  /** Bytes that were never sent. */
  get lostBytes(): number {
    return this.#lostInAll;
  }

  push(bytes: Uint8Array): void {
    // The board may use its buffer again.
    this.#waiting.push(Buffer.from(bytes));
    this.#size += bytes.length;
    this.#dropOldest();
    this.#pump();
  }

  /** Sends nothing while held: the client has asked for it. */
  hold(isHeld: boolean): void {
    this.#isHeld = isHeld;
    this.#pump();
  }

  /** Forgets what waits, and any loss: the client wants none of it. */
  purge(): void {
    this.#waiting = [];
    this.#size = 0;
    this.#lost = 0;
  }

  #dropOldest(): void {
    while (this.#size > this.#bytesMax) {
      const [oldest] = this.#waiting;
      if (oldest === undefined) return;
      const count = Math.min(oldest.length, this.#size - this.#bytesMax);
      if (count === oldest.length) this.#waiting.shift();
      else this.#waiting[0] = oldest.subarray(count);
      this.#size -= count;
      this.#lost += count;
      this.#lostInAll += count;
    }
  }

  #pump(): void {
    if (this.#isSending || this.#isHeld || this.#size === 0) return;
    const notice = this.#lost === 0 ? [] : [lossNotice(this.#lost)];
    const bytes = Buffer.concat([...notice, ...this.#waiting]);
    this.purge();
    this.#isSending = true;
    this.#send(bytes, () => {
      this.#isSending = false;
      this.#pump();
    });
  }
}

function lossNotice(count: number): Buffer {
  const bytes = `${count.toLocaleString('en')} ${count === 1 ? 'byte' : 'bytes'}`;
  return Buffer.from(`\r\n[nasboard: ${bytes} lost here, as nobody read them in time]\r\n`);
}
