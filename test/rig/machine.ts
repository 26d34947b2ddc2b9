import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import { lines, type GuestImage } from './image.ts';
import { Qemu } from './qemu.ts';

/** Where things of the emulated board are, in its memory: the PL061 that has the lines. */
const gpioData = 0x09030000;

/** How a machine is started. */
export interface MachineOptions {
  readonly image: GuestImage;
  /** Sockets are made here. */
  readonly folder: string;
  /** What the guest is to do: a task of `guest/main.js`. */
  readonly task: string;
  /** The disk that outlives the machine. */
  readonly disk: string;
  /** Port of this host that leads to the guest's 8080. */
  readonly webPort: number;
  /** Where the guest's RTC starts; it runs with the machine. */
  readonly rtcBase: string;
}

/** QEMU's way to press a line, by the protocol of its device tests. */
class LineDriver {
  readonly #socket: Socket;
  #path = '';

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Finds the controller and leaves RESET released on both of its lines, before anybody reads. */
  async begin(tree: string): Promise<void> {
    const name = /(\/machine\/unattached\/device\[\d+\]) \(pl061\)/.exec(tree)?.[1];
    const other = /\/device\[(\d+)\] \(pl061\)/.exec(tree)?.[1];
    const path = name ?? (other === undefined ? undefined : `/machine/unattached/device[${other}]`);
    if (path === undefined) throw new Error(`no PL061 among the devices:\n${tree}`);
    this.#path = path;
    await this.set(lines.keysReset, true);
    await this.set(lines.freeReset, true);
  }

  /** The level at the pin: RESET is active low. */
  async set(line: number, isHigh: boolean): Promise<void> {
    await this.#ask(`set_irq_in ${this.#path} unnamed-gpio-in ${line} ${isHigh ? 1 : 0}`);
  }

  /** The levels of all eight lines as the controller has them. */
  async levels(): Promise<number> {
    return Number(await this.#ask(`readb 0x${(gpioData + 0x3fc).toString(16)}`));
  }

  async #ask(command: string): Promise<string> {
    this.#socket.write(`${command}\n`);
    for await (const line of linesOf(this.#socket)) {
      if (line.startsWith('OK')) return line.slice(3).trim();
      if (line.startsWith('FAIL')) throw new Error(`${command}: ${line}`);
    }
    throw new Error(`${command}: QEMU is gone`);
  }
}

async function* linesOf(socket: Socket): AsyncGenerator<string> {
  let text = '';
  while (!socket.destroyed) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
    for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
      yield text.slice(0, end).trimEnd();
      text = text.slice(end + 1);
    }
  }
}

/** The arguments of a program; none of them has a blank in it. */
function words(text: string): readonly string[] {
  return text.trim().split(/\s+/);
}

/** An emulated board that boots Debian's own kernel, with its lines and its UART in our hands. */
export class Machine extends Qemu {
  #uart: Socket | undefined;
  #driver: LineDriver | undefined;
  #uartText = '';

  /** Starts it, stopped; its lines are set, and it runs. */
  static async start(options: MachineOptions): Promise<Machine> {
    const { image, folder, task, disk, webPort, rtcBase } = options;
    const socket = (name: string): string => {
      const path = join(folder, name);
      rmSync(path, { force: true });
      return path;
    };
    const uart = socket('uart.sock');
    const qtest = socket('qtest.sock');
    const monitor = socket('monitor.sock');
    const server = (path: string): string => `unix:${path},server=on,wait=off`;
    const machine = new Machine('qemu-system-aarch64', [
      '-append',
      `console=ttyAMA0 quiet panic=-1 task=${task}`,
      ...words(`
        -M virt -cpu cortex-a53 -accel tcg -m 640 -nodefaults -display none -no-reboot -S
        -kernel ${image.kernel} -initrd ${image.initramfs} -dtb ${image.deviceTree}
        -serial stdio -rtc base=${rtcBase},clock=vm
        -drive if=none,file=${disk},id=disk,format=raw,cache=writethrough
        -device virtio-blk-pci,drive=disk
        -netdev user,id=net,hostfwd=tcp:127.0.0.1:${webPort}-:8080
        -device virtio-net-pci,netdev=net,romfile= -device i6300esb
        -chardev socket,id=uart,path=${uart},server=on,wait=off -device pci-serial,chardev=uart
        -qtest ${server(qtest)} -qtest-log /dev/null -monitor ${server(monitor)}`),
    ]);
    await machine.#begin({ uart, qtest, monitor });
    return machine;
  }

  /** What came out of the UART so far. */
  get uartText(): string {
    return this.#uartText;
  }

  get driver(): LineDriver {
    if (this.#driver === undefined) throw new Error('the machine has not started');
    return this.#driver;
  }

  /** Types at the serial console, 8-bit clean: a character a byte. */
  type(text: string): void {
    this.#uart?.write(Buffer.from(text, 'latin1'));
  }

  /** Waits for a text at the UART, from `from` on; answers where it ends. */
  async untilUart(pattern: RegExp, from: number, limitMs: number): Promise<number> {
    const found = (): number | undefined => {
      const match = pattern.exec(this.#uartText.slice(from));
      return match === null ? undefined : from + match.index + match[0].length;
    };
    return this.until('uart', found, `${String(pattern)} at the UART`, limitMs);
  }

  async #begin(paths: {
    readonly uart: string;
    readonly qtest: string;
    readonly monitor: string;
  }): Promise<void> {
    const control = await this.open(paths.monitor);
    this.#driver = new LineDriver(await this.open(paths.qtest));
    const isTreeRead = collect(control, /\(pl061\)[^]*\(qemu\) $/);
    control.write('info qom-tree\n');
    await this.#driver.begin(await isTreeRead);
    this.#uart = await this.open(paths.uart);
    this.#uart.on('data', (chunk: Buffer) => {
      this.#uartText += chunk.toString('latin1');
      this.tell('uart');
    });
    control.write('cont\n');
  }
}

async function collect(socket: Socket, until: RegExp): Promise<string> {
  let text = '';
  while (!until.test(text)) {
    const [chunk] = (await once(socket, 'data')) as [Buffer];
    text += chunk.toString('latin1');
  }
  return text;
}
