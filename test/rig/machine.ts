import { spawn, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { existsSync, rmSync } from 'node:fs';
import { createConnection, type Socket } from 'node:net';
import { join } from 'node:path';
import { lines, type GuestImage } from './image.ts';

/** Where things of the emulated board are, in its memory: the PL061 that has the lines. */
const gpioData = 0x09030000;

/** How a machine is started. */
export interface MachineOptions {
  readonly image: GuestImage;
  /** Sockets are made here. */
  readonly folder: string;
  /** What the guest is to do: `checks` or `firmware`. */
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

/** An emulated board that boots Debian's own kernel. Events: `line` for each line it prints. */
export class Machine {
  readonly printed: string[] = [];
  readonly #events = new EventEmitter();
  readonly #child: ChildProcess;
  readonly #sockets: Socket[] = [];
  #uart: Socket | undefined;
  #driver: LineDriver | undefined;
  #uartText = '';
  #isOver = false;

  constructor(child: ChildProcess) {
    this.#child = child;
    let text = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString('utf8');
      for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n')) {
        this.#heard(text.slice(0, end).trimEnd());
        text = text.slice(end + 1);
      }
    });
    child.on('exit', () => {
      this.#isOver = true;
      this.#events.emit('over');
    });
  }

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
    const child = spawn(
      'qemu-system-aarch64',
      [
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
      ],
      { stdio: ['pipe', 'pipe', 'inherit'] },
    );
    const machine = new Machine(child);
    const control = await machine.#open(monitor);
    machine.#driver = new LineDriver(await machine.#open(qtest));
    const isTreeRead = machine.#collect(control, /\(pl061\)[^]*\(qemu\) $/);
    control.write('info qom-tree\n');
    await machine.#driver.begin(await isTreeRead);
    machine.#uart = await machine.#open(uart);
    machine.#uart.on('data', (chunk: Buffer) => {
      machine.#uartText += chunk.toString('latin1');
      machine.#events.emit('uart');
    });
    control.write('cont\n');
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

  /** A line for the program in the guest that the host helps. */
  say(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  /** Waits for a text at the UART, from `from` on; answers where it ends. */
  async untilUart(pattern: RegExp, from: number, limitMs: number): Promise<number> {
    const found = (): number | undefined => {
      const match = pattern.exec(this.#uartText.slice(from));
      return match === null ? undefined : from + match.index + match[0].length;
    };
    return this.#until('uart', found, `${String(pattern)} at the UART`, limitMs);
  }

  /** Waits for a line that the guest prints, from the `from`th on. */
  async untilPrinted(pattern: RegExp, from: number, limitMs: number): Promise<number> {
    const found = (): number | undefined => {
      const place = this.printed.slice(from).findIndex((line) => pattern.test(line));
      return place < 0 ? undefined : from + place + 1;
    };
    return this.#until('line', found, `${String(pattern)} from the guest`, limitMs);
  }

  /** Hears every line that the guest prints. */
  onLine(listener: (line: string) => void): void {
    this.#events.on('line', listener);
  }

  /** Waits until the machine has switched itself off or restarts (which ends it, too). */
  async ended(limitMs: number): Promise<void> {
    const over = (): true | undefined => (this.#isOver ? true : undefined);
    await this.#until('over', over, 'the end of the machine', limitMs);
  }

  /** Pulls the plug: no program in the guest has a last word. */
  async pull(): Promise<void> {
    if (!this.#isOver) this.#child.kill('SIGKILL');
    await this.ended(10_000);
    for (const socket of this.#sockets) socket.destroy();
  }

  #heard(line: string): void {
    this.printed.push(line);
    this.#events.emit('line', line);
  }

  async #open(path: string): Promise<Socket> {
    const limit = Date.now() + 20_000;
    while (!existsSync(path)) {
      if (this.#isOver || Date.now() > limit) throw new Error(`QEMU did not open ${path}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    const socket = createConnection(path);
    socket.on('error', () => undefined);
    await once(socket, 'connect');
    this.#sockets.push(socket);
    return socket;
  }

  async #collect(socket: Socket, until: RegExp): Promise<string> {
    let text = '';
    while (!until.test(text)) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      text += chunk.toString('latin1');
    }
    return text;
  }

  async #until<T>(
    event: string,
    found: () => T | undefined,
    what: string,
    limitMs: number,
  ): Promise<T> {
    const present = found();
    if (present !== undefined) return present;
    return new Promise((resolve, reject) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#events.off(event, look);
        this.#events.off('over', look);
      };
      const look = (): void => {
        const value = found();
        if (value === undefined && !this.#isOver) return;
        finish();
        if (value !== undefined) resolve(value);
        else reject(new Error(`the machine ended before there was ${what}`));
      };
      const timer = setTimeout(() => {
        finish();
        reject(new Error(`no ${what} within ${limitMs / 1_000} s`));
      }, limitMs);
      this.#events.on(event, look);
      this.#events.on('over', look);
    });
  }
}
