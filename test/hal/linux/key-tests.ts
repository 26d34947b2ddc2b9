import { afterEach, beforeEach, vi } from 'vitest';
import type { ButtonConfig } from '#hal/linux/button';
import { ButtonRig } from './button-rig.ts';
import { FakeKeys } from './fake-keys.ts';
import { createFolder, type Folder } from './folder.ts';

/** KEY_RESTART */
export const restart = 408;

/** What a test wants of the device and of the machine. */
export interface KeySetting {
  readonly eventBytes?: 16 | 24;
  readonly hasKoffi?: boolean;
  /** The key that the button is configured to be. */
  readonly key?: string;
}

/** A device with keys for each test of a file, taken away after it. */
export class KeyTests {
  #folder: Folder | undefined;
  #keys: FakeKeys | undefined;
  #rig: ButtonRig | undefined;

  constructor() {
    beforeEach(() => {
      this.#folder = createFolder();
    });
    afterEach(() => {
      this.#rig?.close();
      this.#keys?.unplug();
      this.#folder?.remove();
      this.#rig = undefined;
      vi.restoreAllMocks();
    });
  }

  get folder(): Folder {
    if (this.#folder === undefined) throw new Error('no test is running');
    return this.#folder;
  }

  /** The device alone. */
  plug(eventBytes: 16 | 24 = 24): FakeKeys {
    this.#keys = new FakeKeys(this.folder.at('event0'), { eventBytes });
    return this.#keys;
  }

  configOf({ eventBytes = 24, key }: KeySetting = {}): ButtonConfig {
    const device = this.folder.at('event0');
    return { driver: 'evdev', device, eventBytes, ...(key === undefined ? {} : { key }) };
  }

  /** The device with a button on it, in faked time. */
  async open(setting: KeySetting = {}, prepare: (keys: FakeKeys) => void = () => undefined) {
    const keys = this.plug(setting.eventBytes);
    prepare(keys);
    const libc = setting.hasKoffi === false ? undefined : keys.libc;
    const rig = await ButtonRig.open(this.configOf(setting), libc);
    this.#rig = rig;
    const { edges, faults, button, clock } = rig;
    return { rig, keys, edges, faults, button, clock, pass: (ms: number) => rig.pass(ms) };
  }
}
