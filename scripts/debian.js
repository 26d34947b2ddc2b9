import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** Programs that tests speak to, and the Debian packages that hold them. */
const wanted = [{ program: '/usr/sbin/chronyd', package: 'chrony' }];

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
