import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { type Architecture, debianFolder, installedPackage, nodeFolder, run } from './cache.ts';

/** What a guest is made of. */
export interface TreeOptions {
  /** The project. */
  readonly root: string;
  /** Where it is built. */
  readonly folder: string;
  readonly architecture: Architecture;
  /** Drivers that Debian builds as modules, each after those it needs. */
  readonly modules: readonly string[];
  /** Programs of Debian besides the shell, by their place there. */
  readonly programs: readonly string[];
}

/** A guest's files, packed, and the kernel for them. */
export interface Tree {
  readonly kernel: string;
  readonly initramfs: string;
  /** Release of the kernel, as `uname -r`. */
  readonly release: string;
  /** Where Debian's packages are unpacked. */
  readonly debian: string;
}

/** Builds all files that a guest has: Debian's, Node, and the package as it is published. */
export function buildTree(options: TreeOptions): Tree {
  const { root, folder, architecture, modules, programs } = options;
  const debian = debianFolder(architecture);
  const release = readdirSync(join(debian, 'lib/modules'))[0] ?? '';
  const tree = join(folder, 'root');
  for (const name of ['bin', 'lib', 'dev', 'proc', 'sys', 'tmp', 'app']) {
    mkdirSync(join(tree, name), { recursive: true });
  }
  copyFileSync(join(debian, 'bin/busybox'), join(tree, 'bin/busybox'));
  copyFileSync(join(nodeFolder(architecture), 'bin/node'), join(tree, 'bin/node'));
  // Busybox has some of them as well, of fewer words: `--install` leaves what is there alone.
  for (const program of programs) {
    copyFileSync(join(debian, program), join(tree, 'bin', program.split('/').at(-1) ?? ''));
  }
  copyLibraries(debian, tree, architecture);
  const paths = copyModules(join(debian, 'lib/modules', release), tree, modules);
  writeFileSync(join(tree, 'modules.list'), paths);
  installedPackage(root, join(tree, 'app'), architecture);
  cpSync(join(import.meta.dirname, 'guest'), join(tree, 'app/rig'), { recursive: true });
  copyFileSync(join(import.meta.dirname, 'guest/init.sh'), join(tree, 'init'));
  chmodSync(join(tree, 'init'), 0o755);
  const initramfs = join(folder, 'initramfs.cpio');
  packed(tree, initramfs);
  return { kernel: join(debian, 'boot', `vmlinuz-${release}`), initramfs, release, debian };
}

/** Libraries that Node, its addons and the programs load. */
const needed = /^(lib(c|m|dl|pthread|rt|gcc_s|stdc\+\+|atomic|gpiod|audit|cap-ng)\.so|ld-linux)/;

function copyLibraries(debian: string, tree: string, about: Architecture): void {
  const { libraries, loader } = about;
  const target = join(tree, 'lib', libraries);
  mkdirSync(target, { recursive: true });
  for (const from of [join(debian, 'lib', libraries), join(debian, 'usr/lib', libraries)]) {
    if (!existsSync(from)) continue;
    for (const name of readdirSync(from)) {
      if (!needed.test(name)) continue;
      cpSync(join(from, name), join(target, name), { dereference: true });
    }
  }
  cpSync(join(target, loader), join(tree, 'lib', loader));
}

/** Copies the modules that this kernel has as files; answers their paths, in order. */
function copyModules(from: string, tree: string, modules: readonly string[]): string {
  const files = new Map<string, string>();
  for (const path of readdirSync(from, { recursive: true, encoding: 'utf8' })) {
    const name = /([^/]+)\.ko$/.exec(path)?.[1];
    if (name !== undefined) files.set(name, path);
  }
  const paths = modules.flatMap((name) => {
    const path = files.get(name);
    return path === undefined ? [] : [path];
  });
  for (const path of paths) {
    const target = join(tree, 'lib/modules', path);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(from, path), target);
  }
  return `${paths.join('\n')}\n`;
}

/** Not compressed: unpacking would run under emulation. */
function packed(tree: string, target: string): void {
  const names = run('find', ['.', '-print0'], { cwd: tree });
  const child = spawnSync('cpio', ['--null', '--create', '--format=newc', `--file=${target}`], {
    cwd: tree,
    input: names,
    encoding: 'utf8',
  });
  if (child.status !== 0) throw new Error(`cpio: ${child.stderr}`);
}
