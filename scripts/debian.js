import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Programs that tests speak to, and the Debian packages that hold them. */
const wanted = [
  { program: '/usr/sbin/chronyd', package: 'chrony' },
  { program: '/usr/bin/chromium', package: 'chromium' },
  { program: '/usr/bin/curl', package: 'curl' },
  { program: '/usr/bin/sigrok-cli', package: 'sigrok-cli' },
  { program: '/usr/bin/vcd2fst', package: 'gtkwave' },
  { program: '/usr/bin/dtc', package: 'device-tree-compiler' },
  { program: '/usr/bin/picocom', package: 'picocom' },
  { program: '/usr/bin/screen', package: 'screen' },
  { program: '/usr/bin/socat', package: 'socat' },
  { program: '/usr/bin/telnet', package: 'telnet' },
  { program: '/usr/lib/python3/dist-packages/serial/__init__.py', package: 'python3-serial' },
];

/**
 * Installs what is missing, where this machine has APT and we may use it; says what a person has to
 * do where not. The tests that need a program then fail, each naming it.
 */
export function installDebianPackages(packages = wanted) {
  const missing = packages.filter(({ program }) => !existsSync(program));
  if (missing.length === 0) return;
  const names = missing.map((each) => each.package);
  console.log(`installing for the tests: ${names.join(', ')}`);
  const environment = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const apt = (...words) =>
    spawnSync('apt-get', words, { stdio: ['ignore', 'ignore', 'pipe'], env: environment });
  const install = () => apt('install', '--yes', '--no-install-recommends', ...names);
  const isDone = install().status === 0 || (apt('update').status === 0 && install().status === 0);
  if (!isDone) console.error(`missing; on Debian, as root: apt-get install ${names.join(' ')}`);
}
