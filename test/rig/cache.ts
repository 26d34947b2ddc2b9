import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where packages for the guest are kept between runs; nothing of it is needed but for speed. */
const cacheFolder =
  process.env['NASBOARD_RIG_CACHE'] ??
  join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'nasboard-rig');

const suite = 'bookworm';
const mirror = 'http://deb.debian.org/debian';
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A kind of machine that a guest runs on. */
export interface Architecture {
  /** As Debian calls it. */
  readonly debian: 'arm64' | 'armhf';
  /** The package behind which Debian's newest kernel is. */
  readonly kernel: string;
  /** What the guest has of Debian, besides the kernel. */
  readonly packages: readonly string[];
  /** As Node and npm call it. */
  readonly cpu: 'arm64' | 'arm';
  /** The package that carries Node itself. */
  readonly node: string;
  /** The folder of libraries, and the program that loads them. */
  readonly libraries: string;
  readonly loader: string;
}

/** Packages or programs that this machine does not have and cannot get: the rig cannot run. */
export class Unavailable extends Error {
  override readonly name = 'Unavailable';
}

/** Runs a program to its end; throws with what it said where it fails. Tried so many times. */
export function run(
  program: string,
  words: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv; tries?: number } = {},
): string {
  const { cwd, env = process.env, tries = 1 } = options;
  for (let left = tries; ; left -= 1) {
    const child = spawnSync(program, words, {
      encoding: 'utf8',
      env,
      maxBuffer: 1e8,
      ...(cwd !== undefined && { cwd }),
    });
    if (child.status === 0) return child.stdout;
    const said = child.error?.message ?? `${child.stdout}\n${child.stderr}`.trim().slice(-2_000);
    if (left <= 1) throw new Error(`${program} ${words.join(' ')}: ${said}`);
  }
}

/** Throws `Unavailable` that names those which are not there. */
export function expectPrograms(programs: readonly string[]): void {
  const missing = programs.filter(
    (program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined,
  );
  if (missing.length === 0) return;
  throw new Unavailable(
    `there is no ${missing.join(', ')}; on Debian: ` +
      'apt-get install qemu-system-arm device-tree-compiler cpio e2fsprogs',
  );
}

/** Makes a folder once: an unfinished one is never taken for it. */
function made(name: string, fill: (folder: string) => void): string {
  const folder = join(cacheFolder, name);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  try {
    fill(unfinished);
    renameSync(unfinished, folder);
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return folder;
}

/** As `run`, for what comes over the network: tried again, and then it cannot be had. */
function fetched(
  program: string,
  words: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): string {
  try {
    return run(program, words, { ...options, tries: 3 });
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    throw new Unavailable(`cannot be fetched: ${said}`, { cause });
  }
}

/**
 * Debian's stock kernel with its modules, a C library and a shell, unpacked: `boot/`,
 * `lib/modules/`. They come by an APT state of their own; the machine's is left alone.
 */
export function debianFolder({ debian, kernel, packages }: Architecture): string {
  const mark = createHash('sha256').update(packages.join()).digest('hex').slice(0, 8);
  return made(`debian-${suite}-${debian}-${mark}`, (folder) => {
    const apt = join(folder, 'apt');
    for (const part of ['lists/partial', 'cache/archives/partial', 'debs']) {
      mkdirSync(join(apt, part), { recursive: true });
    }
    writeFileSync(join(apt, 'status'), '');
    const source = `deb [arch=${debian} signed-by=${keyring}] ${mirror} ${suite} main\n`;
    writeFileSync(join(apt, 'sources.list'), source);
    const configuration = join(apt, 'apt.conf');
    writeFileSync(
      configuration,
      [
        `Dir::State "${apt}";`,
        `Dir::State::status "${apt}/status";`,
        `Dir::Cache "${apt}/cache";`,
        `Dir::Etc::sourcelist "${apt}/sources.list";`,
        'Dir::Etc::sourceparts "-";',
        `APT::Architecture "${debian}";`,
        `APT::Architectures { "${debian}"; };`,
        'APT::Sandbox::User "root";',
        'Acquire::Retries "3";',
        // Without it a mirror that cannot be reached is no more than a warning.
        'APT::Update::Error-Mode "any";',
        '',
      ].join('\n'),
    );
    const env = { ...process.env, APT_CONFIG: configuration };
    fetched('apt-get', ['update'], { env });
    const depends = run('apt-cache', ['depends', kernel], { env });
    const newest = /Depends: (linux-image-\S+)/.exec(depends)?.[1];
    if (newest === undefined) throw new Error(`no kernel behind ${kernel}: ${depends}`);
    const debs = join(apt, 'debs');
    fetched('apt-get', ['download', newest, ...packages], { cwd: debs, env });
    for (const name of readdirSync(debs)) run('dpkg-deb', ['-x', join(debs, name), folder]);
    rmSync(apt, { recursive: true });
  });
}

/** Keeps the trace of a run until the next one of its name; answers its path. */
export function keepTrace(name: string, lines: readonly string[]): string {
  const folder = join(cacheFolder, 'traces');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}.jsonl`);
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}

/** Node itself for the guest, as npm carries it: `bin/node`. */
export function nodeFolder({ node }: Architecture): string {
  return made(node, (folder) => {
    const words = ['pack', '--silent', node, '--pack-destination', folder];
    const archive = fetched('npm', words).trim().split('\n').at(-1) ?? '';
    run('tar', ['xzf', join(folder, archive), '--strip-components=1', '-C', folder]);
    rmSync(join(folder, archive));
  });
}

/**
 * The package as it is published, built now, installed for the guest with all that it needs there:
 * answers the folder whose `node_modules` holds it.
 */
export function installedPackage(root: string, into: string, { cpu }: Architecture): string {
  mkdirSync(into, { recursive: true });
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', into];
  const archive = run('npm', pack, { cwd: root }).trim().split('\n').at(-1) ?? '';
  writeFileSync(join(into, 'package.json'), '{ "private": true, "type": "module" }\n');
  const install = ['install', '--silent', '--ignore-scripts', '--no-audit', '--no-fund'];
  const target = [`--cpu=${cpu}`, '--os=linux', '--libc=glibc'];
  fetched('npm', [...install, '--omit=dev', ...target, join(into, archive)], { cwd: into });
  rmSync(join(into, archive));
  return into;
}
