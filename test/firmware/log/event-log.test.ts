import { describe, expect, it } from 'vitest';
import { logEntriesMax, type LogEntry } from '#firmware/log/event-log';
import { newServices, ServicesRig } from '../services-rig.ts';

const entry = { severity: 'info', category: 'test', text: 'something happened' } as const;

describe('an entry of the event log', () => {
  it("has the wall clock's time, in whole milliseconds of UTC", () => {
    const { log, wallClock } = newServices();
    wallClock.setManually(Date.UTC(2027, 2, 3, 4, 5, 6) + 7.9);
    log.append({ ...entry, severity: 'warning', user: 'ada', address: '192.168.1.7' });
    expect(log.page()).toEqual([
      {
        ...entry,
        id: 1,
        severity: 'warning',
        timeMs: Date.UTC(2027, 2, 3, 4, 5, 6, 7),
        user: 'ada',
        address: '192.168.1.7',
      },
    ]);
  });

  it('is there after a power cut right after it was written', () => {
    const rig = new ServicesRig({ flash: { unsynced: 'lose' } });
    rig.bootWell().log.append(entry);
    expect(rig.bootWell().log.page()).toMatchObject([{ ...entry, id: 1 }]);
  });

  it('is one line, whatever somebody typed', () => {
    const { log } = newServices();
    const forged = 'eve\r\n2026-11-24 admin logged in';
    log.append({ severity: 'info', category: forged, text: forged, user: forged, address: forged });
    for (const value of Object.values(log.page()[0] ?? {})) {
      expect(String(value)).not.toMatch(/[\r\n]/);
    }
    expect(log.page()[0]?.text).toBe('eve\\u{d}\\u{a}2026-11-24 admin logged in');
  });

  it('is cut where it is too long', () => {
    const { log } = newServices();
    log.append({ ...entry, text: 'x'.repeat(5_000), user: 'y'.repeat(5_000) });
    expect(log.page()[0]?.text).toHaveLength(1_000);
    expect(log.page()[0]?.user).toHaveLength(64);
  });

  it('inside a transaction is written with it, or not at all', () => {
    const { log, store } = newServices();
    const heard: LogEntry[] = [];
    log.onEntry((written) => heard.push(written));
    log.append(entry);
    expect(() =>
      store.transaction(() => {
        log.append({ ...entry, text: 'never' });
        throw new Error('the caller changed its mind');
      }),
    ).toThrow('changed its mind');
    store.transaction(() => {
      log.append({ ...entry, text: 'one' });
      log.append({ ...entry, text: 'two' });
      expect(heard).toHaveLength(1);
    });
    const written = log.page().toReversed();
    expect(written.map(({ id, text }) => [id, text])).toEqual([
      [1, entry.text],
      [2, 'one'],
      [3, 'two'],
    ]);
    expect(heard).toEqual(written);
  });
});

describe('a listener', () => {
  it('hears each entry until it does not want to any more', () => {
    const { log } = newServices();
    const heard: string[] = [];
    const stop = log.onEntry(({ text }) => heard.push(text));
    log.append({ ...entry, text: 'one' });
    stop();
    log.append({ ...entry, text: 'two' });
    expect(heard).toEqual(['one']);
  });
});

describe('the event log', () => {
  it('is paged from the newest entry on', () => {
    const { log, store } = newServices();
    store.transaction(() => {
      for (let count = 1; count <= 250; count += 1) log.append({ ...entry, text: `${count}` });
    });
    expect(log.page()).toHaveLength(100);
    const pages: string[][] = [];
    let before: number | undefined;
    for (;;) {
      const page = log.page({ limit: 100, ...(before !== undefined && { before }) });
      if (page.length === 0) break;
      pages.push(page.map(({ text }) => text));
      before = page.at(-1)?.id;
    }
    expect(pages.map((page) => page.length)).toEqual([100, 100, 50]);
    expect(pages.flat()).toEqual(Array.from({ length: 250 }, (_, index) => String(250 - index)));
  });

  it('can be asked for a severity and for a category', () => {
    const { log } = newServices();
    log.append({ ...entry, text: 'a' });
    log.append({ ...entry, text: 'b', severity: 'error' });
    log.append({ ...entry, text: 'c', category: 'login' });
    const texts = (page: readonly LogEntry[]) => page.map(({ text }) => text);
    expect(texts(log.page({ severity: 'error' }))).toEqual(['b']);
    expect(texts(log.page({ category: 'login' }))).toEqual(['c']);
    expect(texts(log.page({ category: 'login', severity: 'error' }))).toEqual([]);
    expect(texts(log.page({ category: 'test', before: 2 }))).toEqual(['a']);
  });

  it('never holds more than 10,000 entries, of which the oldest go first', () => {
    const { log, store } = newServices();
    const count = (): number =>
      store.row<{ count: number }>('SELECT count(*) AS count FROM event_log')?.count ?? 0;
    store.transaction(() => {
      for (let written = 0; written < logEntriesMax - 1; written += 1) log.append(entry);
    });
    let fewest = Number.POSITIVE_INFINITY;
    for (let written = 0; written < 200; written += 1) {
      log.append({ ...entry, text: `late ${written}` });
      expect(count()).toBeLessThanOrEqual(logEntriesMax);
      fewest = Math.min(fewest, count());
    }
    expect(fewest).toBeGreaterThan(logEntriesMax - 100);
    expect(log.page({ limit: 1 })).toMatchObject([{ id: logEntriesMax + 199, text: 'late 199' }]);
  });

  it('goes on counting after a restart', () => {
    const rig = new ServicesRig();
    rig.bootWell().log.append(entry);
    rig.bootWell().log.append(entry);
    expect(rig.services.log.page().map(({ id }) => id)).toEqual([2, 1]);
  });
});
