import { spawn } from 'node:child_process';

/** A command that takes longer hangs. */
const limitMs = 10_000;

/** Has a command of the shell act on the board; rejects where it fails, with what it said. */
export function runAct(command: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, {
      shell: true,
      stdio: ['ignore', 'ignore', 'pipe'],
      timeout: limitMs,
    });
    let says = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (says += text));
    const fail = (how: string): void =>
      reject(
        new Error([`the command «${command}» ${how}`, says.trim()].filter(Boolean).join(': ')),
      );
    child.on('error', (error) => fail(`cannot be run, ${error.message}`));
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else fail(signal === null ? `ended with ${code}` : `was ended by ${signal}`);
    });
  });
}
