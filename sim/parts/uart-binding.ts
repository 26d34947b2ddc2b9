// @ts-expect-error The package's types are there for CommonJS alone: they are taken below.
import * as untypedMock from '@serialport/binding-mock';
import type * as bindingMock from '@serialport/binding-mock' with { 'resolution-mode': 'require' };
import type { BindingInterface, OpenOptions, PortInfo } from '@serialport/bindings-interface' with {
  'resolution-mode': 'require',
};

const { CanceledError, MockPortBinding } = untypedMock as typeof bindingMock;

type PortInternal = bindingMock.MockPortInternal;

/** What an end of the line is plugged into. */
export interface WireEnd {
  /** Takes bytes off the port; the promise, where there is one, resolves when they are sent. */
  send(bytes: Buffer, binding: SimUartBinding): Promise<void> | void;
  /** The port was opened or closed by its user. */
  opened(binding: SimUartBinding): void;
  closed(binding: SimUartBinding): void;
}

/** How many bytes one read hands over at most. */
const readSizeMax = 1024;

/** The error of work that was under way when its port was closed. */
export function canceled(): Error {
  return new CanceledError('the port was closed');
}

/**
 * One open end of a simulated serial line: binding-mock's port, with something at its other end.
 */
export class SimUartBinding extends MockPortBinding {
  readonly #wire: WireEnd;

  constructor(port: PortInternal, openOptions: Required<OpenOptions>, wire: WireEnd) {
    super(port, openOptions);
    this.#wire = wire;
    port.openOpt = { ...openOptions };
  }

  /** Baud rate it is open at. */
  get baudRate(): number {
    return this.port.openOpt?.baudRate ?? this.openOptions.baudRate;
  }

  /** Bytes leave when the work that wrote them is done, never in the middle of it. */
  override write(buffer: Buffer): Promise<void> {
    if (!this.isOpen) return Promise.reject(new Error('Port is not open'));
    if (this.writeOperation !== null) {
      return Promise.reject(new Error('Overlapping writes are not supported'));
    }
    this.writeOperation = this.#send(Buffer.from(buffer));
    return this.writeOperation;
  }

  override async close(): Promise<void> {
    await super.close();
    this.#wire.closed(this);
  }

  async #send(bytes: Buffer): Promise<void> {
    await Promise.resolve();
    try {
      if (!this.isOpen) throw canceled();
      await this.#wire.send(bytes, this);
    } finally {
      this.writeOperation = null;
    }
  }
}

/** What `SerialPortStream` opens: a fresh port on the wire at each call, one at a time. */
export class WireBinding implements BindingInterface<SimUartBinding> {
  readonly #path: string;
  readonly #wire: WireEnd;
  #port: PortInternal | undefined;

  constructor(path: string, wire: WireEnd) {
    this.#path = path;
    this.#wire = wire;
  }

  list(): Promise<PortInfo[]> {
    return Promise.resolve([portInfo(this.#path)]);
  }

  async open(options: OpenOptions): Promise<SimUartBinding> {
    if (options.path !== this.#path) {
      throw new Error(`there is no port ${options.path} here, only ${this.#path}`);
    }
    const isLocked = this.#port?.openOpt !== undefined;
    if (isLocked) throw new Error(`${this.#path} is open already: close it first`);
    this.#port = {
      data: Buffer.alloc(0),
      echo: false,
      record: false,
      info: portInfo(this.#path),
      maxReadSize: readSizeMax,
    };
    const binding = new SimUartBinding(this.#port, { ...defaultOptions, ...options }, this.#wire);
    this.#wire.opened(binding);
    return binding;
  }
}

const defaultOptions = {
  dataBits: 8,
  lock: true,
  stopBits: 1,
  parity: 'none',
  rtscts: false,
  xon: false,
  xoff: false,
  xany: false,
  hupcl: true,
} as const;

function portInfo(path: string): PortInfo {
  return {
    path,
    manufacturer: undefined,
    serialNumber: undefined,
    pnpId: undefined,
    locationId: undefined,
    productId: undefined,
    vendorId: undefined,
  };
}
