import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureAttach } from './attach.ts';
import { measureBenchApi } from './bench-api.ts';
import { measureCold } from './cold.ts';
import { type Figure, printFigures } from './measure.ts';
import { measureLinuxButton } from './linux-button.ts';
import { measureLinuxIdle } from './linux-idle.ts';
import { measurePages } from './pages.ts';
import { measureCodes, measureLogins } from './two-step.ts';
import { measureRequests } from './requests.ts';
import { measureVcd } from './vcd.ts';
import { measureSuite } from './suite.ts';
import { measureBoards, measureWarm, measureWorld } from './warm.ts';
import { measureWeb } from './web.ts';
import { measureYear } from './year.ts';

/** `npm run bench`: every figure beside the floor it is held against, all from one run. */
async function main(): Promise<void> {
  const isPartOf = process.argv[2];
  if (isPartOf === 'boards') {
    console.log(JSON.stringify(await measureBoards()));
    return;
  }
  console.log(`node ${process.version}, ${process.platform} ${process.arch}; medians of one run`);
  const folder = mkdtempSync(join(tmpdir(), 'nasboard-bench-'));
  try {
    printFigures('Whole processes', await measureCold(folder));
    printFigures('Many scenarios', measureSuite(folder));
    printFigures('Attaching to the console', await measureAttach(folder));
  } finally {
    rmSync(folder, { recursive: true });
  }
  printFigures('One warm process', await measureWarm());
  printFigures('Waveforms', await measureVcd());
  printFigures('Time', await measureWorld());
  printFigures('A year', await measureYear());
  printFigures('Web', await measureRequests());
  printFigures('Security codes', await measureCodes());
  printFigures('Logins', await measureLogins());
  printFigures('Button on Linux', await measureLinuxButton());
  printFigures('Firmware on Linux', await measureLinuxIdle());
  printFigures('HTTP', await measureWeb());
  printFigures('Pages', await measurePages());
  printFigures('Bench API', await measureBenchApi());
  printFigures('Room', inOwnProcess('boards'));
}

/** Peak memory is a figure of a whole process, so boards get one of their own. */
function inOwnProcess(part: string): readonly Figure[] {
  const child = spawnSync(process.execPath, [...process.execArgv, import.meta.filename, part], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (child.status !== 0) throw new Error(`measuring ${part} ended with ${child.status}`);
  return JSON.parse(child.stdout) as readonly Figure[];
}

await main();
