import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { capture, root } from './run.js';

/**
 * The proof that a seed means the same everywhere: on each major version of Node the built command
 * runs all examples and leaves the traces that are kept in test/golden, and boots a board for a
 * person. Other versions come from the package registry.
 */

const majors = [20, 22, 24];
const program = join(root, 'bin', 'nasboard.js');
const bootTimeoutMs = 60_000;

/** Where and in which language the machine is must not matter, either. */
const elsewhere = { ...process.env, TZ: 'Pacific/Chatham', LC_ALL: 'tr_TR.UTF-8' };

const golden = JSON.parse(readFileSync(join(root, 'test', 'golden', 'traces.json'), 'utf8'));
let isProved = true;
for (const major of majors) {
  const problems = await prove(major);
  if (problems.length > 0) isProved = false;
  for (const problem of problems) console.log(problem.replace(/^/gm, '    '));
}
console.log(
  isProved
    ? `the same ${Object.keys(golden).length} traces on Node ${majors.join(', ')}`
    : 'not proved; see above',
);
process.exitCode = isProved ? 0 : 1;

/** Tries one version and prints a line about it; answers what is wrong. */
async function prove(major) {
  const node = await find(major);
  if (node.problem !== undefined) {
    console.log(`Node ${major}: cannot be had`);
    return [node.problem];
  }
  const traces = await compareTraces(node.path);
  const boot = await bootBoard(node.path);
  const told = [
    `Node ${node.version.padEnd(9)}`,
    `${traces.same} of ${Object.keys(golden).length} traces as kept`,
    boot.problem === undefined ? 'nasboard boots to its login prompt' : 'nasboard does not boot',
  ];
  console.log(told.join('   '));
  return [...traces.problems, ...(boot.problem === undefined ? [] : [boot.problem])];
}

/** The program of a major version: this one, or npm's package `node`. */
async function find(major) {
  if (process.versions.node.startsWith(`${major}.`)) {
    return { version: process.version, path: process.execPath };
  }
  const question = 'process.version + " " + process.execPath';
  const { output } = await capture('npm', [
    'exec',
    '--yes',
    `--package=node@${major}`,
    '--',
    'node',
    '--print',
    question,
  ]);
  const [, version, path] = new RegExp(`^(v${major}\\.\\S+) (.+)$`, 'm').exec(output) ?? [];
  if (path !== undefined) return { version, path };
  const why = `npm exec --package=node@${major} gave no Node ${major} on this machine`;
  return { problem: `${why} (is the package registry reachable?):\n${output.trim()}` };
}

/** Runs the examples with `nasboard run --trace` and compares each trace with the one kept. */
async function compareTraces(node) {
  const folder = mkdtempSync(join(tmpdir(), 'nasboard-nodes-'));
  try {
    const examples = readdirSync(join(root, 'docs', 'examples'))
      .filter((name) => name.endsWith('.yaml'))
      .sort()
      .map((name) => join('docs', 'examples', name));
    const trace = join(folder, 'trace.jsonl');
    const parameters = [program, 'run', ...examples, '--trace', trace];
    const run = await capture(node, parameters, { env: elsewhere });
    if (run.code !== 0) return { same: 0, problems: [run.output.trim()] };
    const seen = readdirSync(folder).length;
    const names = Object.keys(golden);
    if (seen !== names.length) {
      return { same: 0, problems: [`${seen} traces instead of ${names.length}`] };
    }
    const problems = names.flatMap((name, place) => {
      const file = names.length === 1 ? trace : join(folder, `trace-${place + 1}.jsonl`);
      const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
      return hash === golden[name].sha256 ? [] : [`${name}: another trace, SHA-256 ${hash}`];
    });
    return { same: names.length - problems.length, problems };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Starts the live bench as `npm start` does, and ends it at the login prompt. */
function bootBoard(node) {
  return new Promise((resolve) => {
    const child = spawn(node, [program], { cwd: root, stdio: ['pipe', 'pipe', 'pipe'] });
    const timer = setTimeout(() => child.kill(), bootTimeoutMs);
    let output = '';
    const hear = (text) => {
      output += text;
      if (output.endsWith('login: ')) child.stdin.end();
    };
    child.stdout.setEncoding('utf8').on('data', hear);
    child.stderr.setEncoding('utf8').on('data', hear);
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      const isGood = code === 0 && /\] ready\r?\n\S+ login: /.test(output);
      resolve(isGood ? {} : { problem: `ended with ${code} after:\n${output.trim()}` });
    });
  });
}
