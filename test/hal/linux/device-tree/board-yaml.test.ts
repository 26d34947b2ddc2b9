import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parseBoardFile } from '#hal/linux/board-file';
import { boardYamlOf } from '#hal/linux/device-tree/board-yaml';
import { DeviceTreeError, readFlattened } from '#hal/linux/device-tree/flattened';
import { readDeviceTree } from '#hal/linux/device-tree/source';
import { DeviceTree } from '#hal/linux/device-tree/tree';
import { flatten, nas, node, texts, words, type WrittenNode } from './blob.ts';

const folder = mkdtempSync(join(tmpdir(), 'nasboard-tree-'));
afterAll(() => rmSync(folder, { recursive: true }));

const importOf = (root: WrittenNode) =>
  boardYamlOf(new DeviceTree(readFlattened(flatten(root))), 'nas.dtb');

/** The board file of a tree with some nodes in place of others, by their names. */
function importWith(...changed: readonly WrittenNode[]): ReturnType<typeof importOf> {
  const names = changed.map(({ name }) => name);
  const kept = (nas.children ?? []).filter(({ name }) => !names.includes(name));
  return importOf({ ...nas, children: [...kept, ...changed] });
}

describe('the board file of a device tree', () => {
  test('names all parts, and can be used as it is', () => {
    const { text, missing } = importOf(nas);
    expect(missing).toEqual([]);
    expect(parseBoardFile(text, '/etc/board.yaml')).toMatchObject({
      model: 'Acme NAS',
      console: { path: '/dev/ttyAMA0', baudRate: 57_600 },
      resetButton: {
        driver: 'evdev',
        device: '/dev/input/by-path/platform-keys-event',
        key: 'KEY_RESTART',
      },
      leds: {
        status: { green: '/sys/class/leds/green:status', red: '/sys/class/leds/nas:red:status' },
      },
      buzzer: {
        driver: 'beeper',
        device: '/dev/input/by-path/platform-beeper-event',
        toneHz: 2000,
      },
      rtc: { driver: 'rtc', device: '/dev/rtc0' },
      watchdog: '/dev/watchdog',
      storage: '/var/lib/nasboard',
    });
  });

  test('quotes a name that would end a value of YAML', () => {
    const { text } = importWith(
      node('beeper', { status: 'disabled' }),
      node('b,eeper', { compatible: 'pwm-beeper' }),
    );
    expect(parseBoardFile(text, 'board.yaml')).toMatchObject({
      buzzer: { driver: 'beeper', device: '/dev/input/by-path/platform-b,eeper-event' },
    });
  });

  test('says where each part is from, and what is a guess', () => {
    const { text } = importOf(nas);
    expect(text).toContain('# RESET: "reset", KEY_RESTART of gpio-keys');
    expect(text).toContain('line 3 (RESET) of /gpio@1000, active low, pull-up');
    expect(text).toContain('# gpiochip0 is /gpio@1000 by the order of the tree; see gpiodetect.');
    expect(text).toContain('driver: gpio, chip: gpiochip0, line: "RESET", activeLow: true, bias:');
    expect(text).toContain('rtc: { driver: ds3231, bus: 1, address: 0x68 }');
    expect(text).toContain('The kernel writes its messages there, too');
    expect(text).toContain('Other LEDs of the tree: nas:green:disk');
  });

  test('leaves open what the tree does not tell, and names it', () => {
    const { text, missing } = importOf(node('', { model: 'Bare' }));
    expect(missing).toEqual(['console', 'resetButton', 'leds.status.green and leds.status.red']);
    expect(() => parseBoardFile(text, 'board.yaml')).toThrow(/resetButton/);
    expect(text).toContain('# resetButton: { driver: gpio, chip: gpiochip0, line: 17');
  });

  test('takes lines by their names where no driver of the kernel has them', () => {
    const names = texts('', 'RESET_N', 'LED_GREEN', 'red-status', 'buzzer');
    const gpio = { 'gpio-controller': new Uint8Array(), 'gpio-line-names': names };
    const without = (name: string) => node(name, { status: 'disabled' });
    const { text } = importWith(
      node('gpio@1000', gpio),
      ...['keys', 'leds', 'beeper'].map(without),
    );
    const line = { driver: 'gpio', chip: 'gpiochip0' };
    expect(parseBoardFile(text, 'board.yaml')).toMatchObject({
      resetButton: { ...line, line: 'RESET_N', activeLow: true, bias: 'pull-up' },
      leds: { status: { green: { ...line, line: 'LED_GREEN' }, red: { line: 'red-status' } } },
      buzzer: { ...line, line: 'buzzer' },
    });
  });

  test.each([
    [{ compatible: 'snps,dw-apb-uart' }, '/dev/ttyS0'],
    [{ compatible: 'fsl,imx6q-uart' }, '/dev/ttymxc0'],
    [{ compatible: 'qcom,geni-debug-uart' }, '/dev/ttyMSM0'],
    [{ compatible: 'acme,uart' }, '/dev/ttyS0'],
  ])('the console of a port with %j is %s', (properties, device) => {
    const { text } = importWith(node('uart@2000', properties));
    expect(parseBoardFile(text, 'b').console.path).toBe(device);
    expect(text.includes('is a guess: look at /dev/tty')).toBe(
      properties.compatible === 'acme,uart',
    );
  });

  test.each([
    [{ label: 'a/b:green:status' }, 'a!b:green:status'],
    [{ color: 2 }, 'green:'],
    [{ color: 2, function: 'disk', 'function-enumerator': 1 }, 'green:disk-1'],
    [{}, 'led-green'],
  ])('an LED with %j is called %s, as the kernel calls it', (properties, name) => {
    const leds = node('leds', { compatible: 'gpio-leds' }, [
      node('led-green', properties),
      node('led-1', { label: 'red' }),
    ]);
    expect(importWith(leds).text).toContain(`/sys/class/leds/${name}`);
  });

  test('a clock chip that the tree disables is spoken to on its bus', () => {
    const rtc = node('rtc@68', { compatible: 'maxim,ds3231', reg: 0x68, status: 'disabled' });
    const { text } = importWith(node('i2c@3000', {}, [rtc]));
    expect(parseBoardFile(text, 'b').rtc).toEqual({ driver: 'ds3231', bus: 1, address: 0x68 });
  });

  test('of two clock chips it is the one with an alias, or else the one on a bus', () => {
    const pl031 = node('rtc@9000', { compatible: 'arm,pl031' });
    expect(importWith(pl031).text).toContain('Clock chip: /i2c@3000/rtc@68');
    const { text } = importWith(pl031, node('aliases', { rtc0: '/rtc@9000' }));
    expect(text).toContain('Clock chip: /rtc@9000');
    expect(text).toContain('Another one: /i2c@3000/rtc@68');
  });

  test('the device of a key is named after the nodes around its gpio-keys', () => {
    const key = node('reset', { 'linux,code': 0x198, gpios: words(1, 3, 1) });
    const keys = node('keys', { compatible: 'gpio-keys-polled' }, [key]);
    const { text } = importWith(node('keys', { status: 'disabled' }), node('soc', {}, [keys]));
    expect(text).toContain('/dev/input/by-path/platform-soc:keys-event');
  });

  test('a name that would end a comment, or open one, stays text', () => {
    const model = 'x\nstorage: /tmp # "';
    const { text } = importOf({ ...nas, properties: { model: texts(model) } });
    expect(parseBoardFile(text, 'b')).toMatchObject({ storage: '/var/lib/nasboard' });
  });
});

describe('a device tree source', () => {
  const fileWith = (text: string | Uint8Array): string => {
    const path = join(folder, 'board.dts');
    writeFileSync(path, text);
    return path;
  };

  test('is read through dtc, labels and all', () => {
    const source =
      '/dts-v1/; / { pins: gpio@0 { gpio-controller; #gpio-cells = <2>; };' +
      'k { compatible = "gpio-keys"; r { linux,code = <0x198>; gpios = <&pins 7 1>; }; }; };';
    const { text } = boardYamlOf(readDeviceTree(fileWith(source)), 'board.dts');
    expect(text).toContain('on line 7 of pins, active low');
  });

  test.each([
    ['#include <dt-bindings/gpio/gpio.h>\n/dts-v1/; / { };', 'cpp -nostdinc'],
    ['/dts-v1/;\n/include/ "x.dtsi"\n/ { };', 'cpp -nostdinc'],
    ['/dts-v1/; / { a = /incbin/("/etc/hostname"); };', 'cpp -nostdinc'],
    ['/dts-v1/; / { a = <GPIO_ACTIVE_LOW>; };', 'dtc refuses it: Error: line 1, column'],
    ['/dts-v1/; /plugin/; &x { a; };', 'this is an overlay'],
    ['', 'neither a device tree source'],
    [Buffer.from([1, 2, 3]), 'neither a device tree source'],
  ])('%j is refused with what to do', (source, text) => {
    const read = () => readDeviceTree(fileWith(source));
    expect(read).toThrow(DeviceTreeError);
    expect(read).toThrow(text);
  });

  test('without dtc it says which package has it', () => {
    const path = fileWith('/dts-v1/; / { };');
    const read = () => readDeviceTree(path, { dtc: '/nowhere/dtc' });
    expect(read).toThrow('apt-get install device-tree-compiler');
  });
});
