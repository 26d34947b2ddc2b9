import { readFileSync, readlinkSync } from 'node:fs';

/** What has Node run the sources, whatever the directory. */
export const nodeFlags = ['--conditions=source', '--import', 'tsx'];

/** What a lock says of a process that runs and is not this one. */
export function liveOwner() {
  const pid = process.ppid;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return {
    pid,
    started: stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19],
    boot: readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim(),
    pidNamespace: readlinkSync('/proc/self/ns/pid'),
    command: 'first one',
  };
}
