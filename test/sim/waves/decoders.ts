import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs a viewer's program on a VCD file; answers what it said. */
function run(program: string, words: readonly string[]): { out: Buffer; err: string } {
  const path = `/usr/bin/${program}`;
  if (!existsSync(path)) {
    const name = program === 'vcd2fst' || program === 'fst2vcd' ? 'gtkwave' : program;
    throw new Error(`${program} is missing, and this test needs it: apt-get install ${name}`);
  }
  const { status, stdout, stderr } = spawnSync(path, words, { maxBuffer: 256 * 1024 * 1024 });
  if (status !== 0) throw new Error(`${program} ended with ${status}: ${stderr.toString()}`);
  return { out: stdout, err: stderr.toString() };
}

function inFolder<T>(vcd: string | Uint8Array, use: (file: string, folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'nasboard-waves-'));
  try {
    const file = join(folder, 'board.vcd');
    writeFileSync(file, vcd);
    return use(file, folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The bytes that sigrok's UART decoder finds on a wire, as text. */
export function decodeUart(vcd: string | Uint8Array, wire: string): string {
  return inFolder(vcd, (file) => {
    const decoder = `uart:rx=${wire}:baudrate=115200`;
    const words = ['-l', '1', '-I', 'vcd', '-i', file, '-P', decoder, '-B', 'uart=rx'];
    return run('sigrok-cli', words).out.toString('utf8');
  });
}

/** The wires that sigrok sees, and how often each changes. */
export function wiresBySigrok(vcd: string | Uint8Array): ReadonlyMap<string, number> {
  return inFolder(vcd, (file) => {
    const words = ['-l', '1', '-I', 'vcd', '-i', file, '-O', 'vcd'];
    const text = run('sigrok-cli', words).out.toString('latin1');
    const names = new Map<string, string>();
    for (const [, id = '', name = ''] of text.matchAll(/\$var wire 1 (\S+) (\S+) \$end/g)) {
      names.set(id, name);
    }
    const counts = new Map([...names.values()].map((name) => [name, 0]));
    const changes = text.slice(text.indexOf('$enddefinitions')).matchAll(/(?<=\s)[01](\S)(?=\s)/g);
    for (const [, id = ''] of changes) {
      const name = names.get(id) ?? '';
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
    return counts;
  });
}

/** The file after a way through GTKWave's own format. */
export function throughGtkwave(vcd: string | Uint8Array): string {
  return inFolder(vcd, (file, folder) => {
    const fst = join(folder, 'board.fst');
    run('vcd2fst', [file, fst]);
    return run('fst2vcd', [fst]).out.toString('latin1');
  });
}
