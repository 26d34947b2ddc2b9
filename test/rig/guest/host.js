import { createInterface } from 'node:readline';

/** Asks the host, which has its hands on the lines of the board, by lines of text. */
const pending = new Map();
let asked = 0;

createInterface({ input: process.stdin }).on('line', (line) => {
  const [number, ...answer] = line.trim().split(' ');
  pending.get(Number(number))?.(answer.join(' '));
  pending.delete(Number(number));
});

/** Has the host do something; answers what it says once it is done. */
export function ask(...words) {
  asked += 1;
  const number = asked;
  return new Promise((resolve) => {
    pending.set(number, resolve);
    console.log(`@ask ${number} ${words.join(' ')}`);
  });
}

/** Tells the host what came of a check. */
export function tell(outcome) {
  console.log(`@check ${JSON.stringify(outcome)}`);
}
