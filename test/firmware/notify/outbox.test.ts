import { describe, expect, it } from 'vitest';
import { StoreError } from '#firmware/store/store';
import { account, letter, MailRig } from './mail-rig.ts';

const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** Waits between attempts as the board's clock counted them, in whole seconds. */
function waitsOf(rig: MailRig): readonly number[] {
  const times = rig.handInsMs;
  return times.slice(1).map((time, index) => Math.floor((time - (times[index] ?? 0)) / second));
}

describe('a mail', () => {
  it('is handed in at once, through the default account, and forgotten', async () => {
    const rig = new MailRig().withAccount();
    const queued = rig.enqueue();
    expect(rig.services.outbox.isIdle).toBe(false);
    await rig.pass(second);
    expect(await queued.firstTry).toBe('sent');
    expect(rig.taken).toEqual(['Hello']);
    expect(rig.mailServer.messages[0]?.envelope).toEqual({
      from: 'nas@example.org',
      to: ['carol@example.org'],
    });
    expect(rig.services.outbox.waiting()).toEqual([]);
    expect(rig.services.outbox.isIdle).toBe(true);
    expect(rig.logTexts()).toEqual([]);
  });

  it('is not queued where there is no account', () => {
    const { outbox } = new MailRig().services;
    expect(outbox.isConfigured).toBe(false);
    expect(outbox.enqueue(letter)).toBeUndefined();
    expect(outbox.waiting()).toEqual([]);
  });

  it('goes out once what it belongs to is committed, and not before', async () => {
    const rig = new MailRig().withAccount();
    rig.services.store.transaction(() => {
      rig.enqueue();
      expect(rig.handInsMs).toEqual([]);
      expect(rig.services.outbox.isIdle).toBe(true);
    });
    await rig.pass(second);
    expect(rig.taken).toEqual(['Hello']);
  });

  it('never goes out where that is rolled back', async () => {
    const rig = new MailRig().withAccount();
    expect(() =>
      rig.services.store.transaction(() => {
        rig.enqueue();
        throw new Error('no');
      }),
    ).toThrow('no');
    await rig.pass(hour);
    expect(rig.handInsMs).toEqual([]);
    expect(rig.services.outbox.waiting()).toEqual([]);
  });

  it('is one of at most 200 that wait; the next is not queued, which is logged', async () => {
    const rig = new MailRig().withAccount();
    rig.mailServer.down();
    rig.services.store.transaction(() => {
      for (let count = 0; count < 200; count += 1) rig.enqueue();
    });
    expect(rig.services.outbox.enqueue(letter)).toBeUndefined();
    expect(rig.logTexts()).toEqual(['a mail was not queued: 200 wait already']);
  });
});

describe('mails', () => {
  it('are handed in one at a time, in the order they were queued', async () => {
    const rig = new MailRig().withAccount();
    rig.mailServer.slow(5_000_000);
    for (const subject of ['one', 'two', 'three']) rig.enqueue({ subject });
    await rig.pass(4 * second);
    expect(rig.handInsMs).toHaveLength(1);
    await rig.pass(20 * second);
    expect(rig.taken).toEqual(['one', 'two', 'three']);
    expect(Math.min(...waitsOf(rig))).toBe(5);
  });

  it('do not wait for one that could not be handed in', async () => {
    const rig = new MailRig().withAccount();
    rig.mailServer.reject('450 4.2.1 later');
    rig.enqueue({ subject: 'one' });
    await rig.pass(second);
    rig.mailServer.up();
    rig.enqueue({ subject: 'two' });
    await rig.pass(second);
    expect(rig.taken).toEqual(['two']);
    await rig.pass(minute);
    expect(rig.taken).toEqual(['two', 'one']);
  });
});

describe('a mail that could not be handed in', () => {
  it('is tried again after growing waits, and dropped after a day', async () => {
    const rig = new MailRig().withAccount();
    rig.mailServer.down();
    const queued = rig.enqueue();
    await rig.pass(second);
    expect(await queued.firstTry).toBe('failed');
    await rig.pass(day - 2 * second);
    expect(waitsOf(rig).slice(0, 8)).toEqual([30, 60, 120, 300, 600, 1800, 3600, 3600]);
    expect(rig.services.outbox.waiting()).toMatchObject([{ tries: 30 }]);
    expect(rig.services.outbox.isIdle).toBe(false);
    await rig.pass(2 * second);
    expect(rig.services.outbox.waiting()).toEqual([]);
    expect(rig.services.outbox.isIdle).toBe(true);
    expect(rig.logTexts()).toEqual([
      'a mail to c…@example.org was dropped after 30 attempts: ' +
        'mail: mail.example refuses to connect (unreachable)',
      'a mail to c…@example.org could not be sent and is tried again: ' +
        'mail: mail.example refuses to connect (unreachable)',
    ]);
    rig.mailServer.up();
    await rig.pass(day);
    expect(rig.taken).toEqual([]);
  });

  it.each([
    { lifeMs: 10 * minute, lastTries: 5 },
    { lifeMs: minute, lastTries: 2 },
    { lifeMs: 0, lastTries: 0 },
  ])('is dropped when its own life is over: %j', async ({ lifeMs, lastTries }) => {
    const rig = new MailRig().withAccount();
    rig.mailServer.down();
    rig.enqueue({ lifeMs });
    await rig.pass(lifeMs + second);
    expect(rig.handInsMs).toHaveLength(lastTries);
    expect(rig.logTexts()[0]).toContain(`was dropped after ${lastTries} attempt`);
    expect(rig.services.outbox.waiting()).toEqual([]);
  });

  it('says why, until it is sent', async () => {
    const rig = new MailRig().withAccount({ user: 'nas', password: 'Tell-nob0dy' });
    rig.mailServer.demandAccount({ user: 'nas', password: 'another one' });
    const { id } = rig.enqueue();
    await rig.pass(second);
    expect(rig.services.outbox.waiting()).toEqual([
      {
        id,
        to: 'carol@example.org',
        subject: 'Hello',
        queuedAtMs: Date.UTC(2026, 10, 24, 10),
        tries: 1,
        lastProblem: 'mail: 535 5.7.8 Authentication credentials invalid (refused)',
      },
    ]);
    expect(JSON.stringify(rig.logTexts())).not.toContain('Tell-nob0dy');
    rig.services.mailAccounts.change(1, { password: 'another one' });
    await rig.pass(minute);
    expect(rig.taken).toEqual(['Hello']);
  });

  it('is given up after a minute, and tried again', async () => {
    const rig = new MailRig().withAccount();
    rig.mailServer.silent();
    const queued = rig.enqueue();
    await rig.pass(minute - second);
    expect(rig.services.outbox.waiting()).toMatchObject([{ tries: 0 }]);
    await rig.pass(second);
    expect(await queued.firstTry).toBe('failed');
    expect(rig.services.outbox.waiting()).toMatchObject([
      { tries: 1, lastProblem: 'mail: the call was given up (timed-out)' },
    ]);
    rig.mailServer.up();
    await rig.pass(31 * second);
    expect(rig.taken).toEqual(['Hello']);
  });

  it('waits on where the last account is removed', async () => {
    const rig = new MailRig().withAccount();
    rig.mailServer.down();
    rig.enqueue();
    await rig.pass(second);
    rig.services.mailAccounts.remove(1);
    rig.mailServer.up();
    await rig.pass(minute);
    expect(rig.services.outbox.waiting()).toMatchObject([
      { tries: 2, lastProblem: 'there is no mail account' },
    ]);
    rig.withAccount();
    await rig.pass(minute);
    expect(rig.taken).toEqual(['Hello']);
  });
});

describe('a mail of an earlier life', () => {
  it('is sent after the boot, once', async () => {
    const rig = new MailRig().withAccount();
    rig.mailServer.down();
    rig.enqueue();
    await rig.pass(second);
    rig.mailServer.up();
    rig.bootWell();
    expect(rig.services.outbox.waiting()).toMatchObject([{ tries: 1, lastProblem: undefined }]);
    await rig.pass(day);
    expect(rig.taken).toEqual(['Hello']);
  });

  /** A mail that could not be sent in a life of a few seconds. */
  async function leftBehind(more: { isClockSet: boolean }): Promise<MailRig> {
    const rig = new MailRig().withAccount();
    if (!more.isClockSet) {
      rig.board.rtc.setBattery(false);
      rig.board.powerOff();
      await rig.pass(second);
      rig.bootWell();
      expect(rig.services.wallClock.trust).toBe('unset');
    }
    rig.mailServer.down();
    rig.enqueue();
    await rig.pass(second);
    rig.board.powerOff();
    return rig;
  }

  it('is dropped unsent where a day has passed by the clock', async () => {
    const rig = await leftBehind({ isClockSet: true });
    await rig.pass(day);
    rig.mailServer.up();
    rig.bootWell();
    await rig.pass(minute);
    expect(rig.taken).toEqual([]);
    expect(rig.logTexts()[0]).toBe(
      'a mail to c…@example.org was dropped after 1 attempt: its time is over',
    );
  });

  it('is sent where nearly a day has passed', async () => {
    const rig = await leftBehind({ isClockSet: true });
    await rig.pass(day - minute);
    rig.mailServer.up();
    rig.bootWell();
    await rig.pass(minute);
    expect(rig.taken).toEqual(['Hello']);
  });

  it.each([false, true])(
    'is not judged by a clock that was not set when it was queued (set now: %j)',
    async (isSetNow) => {
      const rig = await leftBehind({ isClockSet: false });
      await rig.pass(10 * day);
      rig.mailServer.up();
      if (isSetNow) {
        // The chip runs from the supply first; the cell keeps it running.
        rig.board.rtc.setBattery(true);
        rig.boot();
        rig.board.rtc.setTime(Date.UTC(2030, 0, 1));
      }
      rig.bootWell();
      expect(rig.services.wallClock.trust).toBe(isSetNow ? 'rtc' : 'unset');
      await rig.pass(minute);
      expect(rig.taken).toEqual(['Hello']);
    },
  );

  it('is not kept for ever by a clock that was set back: the number of attempts ends it', async () => {
    const rig = await leftBehind({ isClockSet: true });
    rig.board.rtc.setTime(Date.UTC(2026, 10, 2));
    rig.bootWell();
    await rig.pass(3 * day);
    expect(rig.services.outbox.waiting()).toEqual([]);
    expect(rig.logTexts()[0]).toContain('was dropped after 48 attempts');
  });

  it('is dropped with an entry in the log on another board, whose key does not fit', async () => {
    const rig = await leftBehind({ isClockSet: true });
    const image = rig.board.flash.image();
    const other = new MailRig({ deviceKey: new Uint8Array(32).fill(8), flash: { image } });
    await other.pass(minute);
    expect(other.services.outbox.waiting()).toEqual([]);
    expect(other.logTexts()[0]).toBe('a mail was dropped: it cannot be read on this board');
  });
});

describe('a step of the wall clock', () => {
  it.each([Date.UTC(2031, 0, 1), Date.UTC(2026, 10, 2)])(
    'to %d changes nothing for mails of this life',
    async (timeMs) => {
      const rig = new MailRig().withAccount();
      rig.mailServer.down();
      rig.enqueue();
      await rig.pass(second);
      rig.services.wallClock.setManually(timeMs);
      await rig.pass(hour);
      rig.mailServer.up();
      await rig.pass(hour);
      expect(rig.taken).toEqual(['Hello']);
    },
  );
});

describe('the queue on the flash', () => {
  it('holds no word of a mail, and no password of an account', async () => {
    const rig = new MailRig().withAccount({ user: 'nas', password: 'Tell-nob0dy' });
    rig.mailServer.down();
    rig.enqueue({ subject: 'Subject-of-mail', text: 'Your code is 31415926.' });
    await rig.pass(second);
    rig.board.powerOff();
    const image = rig.board.flash.image();
    const files = [...image.files.keys()].map((name) => image.read(name));
    const bytes = Buffer.concat(files);
    const found = (word: string): boolean => bytes.includes(word);
    const secrets = ['31415926', 'Subject-of-mail', 'carol@example.org', 'Tell-nob0dy'];
    expect(secrets.filter(found)).toEqual([]);
    expect(found('mail.example')).toBe(true);
  });

  it('that cannot be written is told; the mail is sent all the same, and again a minute later', async () => {
    const failures: unknown[] = [];
    const rig = new MailRig({ onFailure: (error) => failures.push(error) }).withAccount();
    rig.mailServer.slow(2_000_000);
    const queued = rig.enqueue();
    await rig.pass(second);
    rig.board.flash.failWrites(1, 'io');
    await rig.pass(2 * second);
    expect(await queued.firstTry).toBe('sent');
    expect(failures).toEqual([expect.any(StoreError)]);
    await rig.pass(50 * second);
    expect(rig.taken).toEqual(['Hello']);
    await rig.pass(minute);
    expect(rig.taken).toEqual(['Hello', 'Hello']);
    expect(rig.services.outbox.waiting()).toEqual([]);
  });
});

describe('the end of a life', () => {
  it('ends what is under way: nothing is sent twice where the server had not answered', async () => {
    const rig = new MailRig().withAccount();
    rig.mailServer.slow(5_000_000);
    rig.enqueue();
    await rig.pass(second);
    rig.services.outbox.stop();
    rig.board.powerOff();
    await rig.pass(minute);
    expect(rig.taken).toEqual([]);
    rig.bootWell();
    await rig.pass(minute);
    expect(rig.taken).toEqual(['Hello']);
  });
});

describe('removing all', () => {
  it('also ends the tries of what waits', async () => {
    const rig = new MailRig().withAccount({ ...account, name: 'x' });
    rig.mailServer.down();
    rig.enqueue();
    await rig.pass(second);
    rig.services.outbox.removeAll();
    rig.mailServer.up();
    await rig.pass(day);
    expect(rig.taken).toEqual([]);
    expect(rig.services.outbox.isIdle).toBe(true);
  });
});
