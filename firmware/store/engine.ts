import { readPackageFile } from '#hal/host/package-file';
import type { Device } from './device.ts';
import { EngineMemory } from './engine-memory.ts';
import { lookasideOption, type Pointer, resultCode, type SqliteApi } from './sqlite-api.ts';
import { makeTrampolines } from './trampolines.ts';
import { type VfsHost, vfsMethods } from './vfs.ts';
import { fileMethods, type OpenFile } from './vfs-files.ts';

/**
 * One SQLite for all stores of this process: the official WASM build, called through its C
 * interface. Its own JavaScript wrapper is left out: loading that takes four times as long as all
 * that is done here, and stores need none of it.
 */
export interface Engine {
  readonly api: SqliteApi;
  readonly memory: EngineMemory;
  /** Room for a result pointer, good until the next use. */
  readonly result: Pointer;
  /** Makes a store known to the VFS; the number is what `flashPath` wants. */
  addDevice(device: Device): number;
  removeDevice(number: number): void;
  /** Seeds SQLite's randomness for this store; at the start of whatever may write. */
  activate(device: Device): void;
}

let loaded: Engine | undefined;

/** The engine. The first call loads it, in a few milliseconds, synchronously. */
export function loadEngine(): Engine {
  loaded ??= startEngine();
  return loaded;
}

class Host implements Engine, VfsHost {
  readonly memory = new EngineMemory();
  readonly devices = new Map<number, Device>();
  readonly openFiles = new Map<Pointer, OpenFile>();
  readonly api: SqliteApi;
  readonly result: Pointer;
  fileMethodsAddress: Pointer = 0;
  activeDevice: Device | undefined;
  #lastNumber = 0;

  constructor() {
    const bytes = readPackageFile('@sqlite.org/sqlite-wasm/sqlite3.wasm');
    this.api = instantiate(new WebAssembly.Module(bytes), this.memory);
    this.api.__wasm_call_ctors();
    // 16 slots of 128 bytes a connection, in place of 48 KB.
    check(this.api.sqlite3__wasm_config_ii(lookasideOption, 128, 16));
    check(this.api.sqlite3_initialize());
    this.memory.setAllocator(this.api);
    this.result = this.memory.allocate(8);
  }

  addDevice(device: Device): number {
    this.#lastNumber += 1;
    this.devices.set(this.#lastNumber, device);
    return this.#lastNumber;
  }

  removeDevice(number: number): void {
    if (this.devices.get(number) === this.activeDevice) this.activeDevice = undefined;
    this.devices.delete(number);
  }

  activate(device: Device): void {
    this.activeDevice = device;
    this.api.sqlite3_randomness(0, 0);
  }
}

function startEngine(): Engine {
  const host = new Host();
  registerVfs(host);
  return host;
}

const notImplemented = 52;

function instantiate(module: WebAssembly.Module, memory: EngineMemory): SqliteApi {
  const environment: Readonly<Record<string, unknown>> = {
    memory: memory.memory,
    emscripten_resize_heap: (byteCount: number) => memory.grow(byteCount),
    _emscripten_get_now_is_monotonic: () => 1,
    emscripten_date_now: () => 0,
    emscripten_get_now: () => 0,
  };
  const wasi: Readonly<Record<string, unknown>> = {
    environ_get: () => 0,
    environ_sizes_get: (count: Pointer, size: Pointer) => {
      memory.words[count >> 2] = 0;
      memory.words[size >> 2] = 0;
      return 0;
    },
  };
  // What else the build imports is Emscripten's file system. Nothing of ours calls it, and if
  // something did, "not implemented" keeps the host's files out of a board's reach.
  const { exports } = new WebAssembly.Instance(module, {
    env: new Proxy(environment, {
      get: (known, name: string) => known[name] ?? (() => -notImplemented),
    }),
    wasi_snapshot_preview1: new Proxy(wasi, {
      get: (known, name: string) => known[name] ?? (() => notImplemented),
    }),
  });
  return exports as unknown as SqliteApi;
}

/**
 * Registers our VFS, once for all stores, as the default one, so that SQLite's own source of
 * randomness is ours as well.
 */
function registerVfs(host: Host): void {
  const { api, memory } = host;
  const ofVfs = vfsMethods(host);
  const ofFiles = fileMethods(host);
  const trampolines = makeTrampolines([...ofVfs, ...ofFiles]);
  const table = api.__indirect_function_table;
  const first = table.grow(trampolines.length);
  trampolines.forEach((trampoline, place) => table.set(first + place, trampoline));
  const addressOf = (place: number) => first + place;
  const put = (values: readonly number[]): Pointer => {
    const address = memory.allocate(values.length * 4);
    memory.words.set(values, address >> 2);
    return address;
  };

  // struct sqlite3_io_methods: version 1, which has no shared memory, then the methods.
  const fileAddresses = ofFiles.map((_, place) => addressOf(ofVfs.length + place));
  host.fileMethodsAddress = put([1, ...fileAddresses]);

  // struct sqlite3_vfs: version 1, bytes of a file, longest path, next, name, own data, then the
  // methods; the four for loadable extensions stay empty.
  const name = memory.allocate(8);
  memory.bytes.set(new TextEncoder().encode('flash\0'), name);
  const addresses = ofVfs.map((_, place) => addressOf(place));
  const methods = [...addresses.slice(0, 4), 0, 0, 0, 0, ...addresses.slice(4)];
  check(api.sqlite3_vfs_register(put([1, 8, 64, 0, name, 0, ...methods]), 1));
}

function check(code: number): void {
  if (code !== resultCode.ok) throw new Error(`SQLite engine: start failed with code ${code}`);
}
