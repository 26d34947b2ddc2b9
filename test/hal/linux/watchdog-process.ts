import { createWatchdog } from '#hal/linux/watchdog';
import { createFakeDog } from './fake-dog.ts';
import { fakeLibc } from './fake-libc.ts';

/** Arms the watchdog it is given, says so, and ends in good order when it is asked to. */
const device = process.argv[2] ?? '';
const watchdog = createWatchdog({ device }, { libc: fakeLibc(createFakeDog(device).requests) });
watchdog.arm(60_000);
const alive = setInterval(() => watchdog.kick(), 10_000);
process.on('SIGTERM', () => {
  clearInterval(alive);
  watchdog.close();
});
watchdog.kick();
process.stdout.write('armed\n');
