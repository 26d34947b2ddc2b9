#!/usr/bin/env node
import module from 'node:module';
import { setFlagsFromString } from 'node:v8';

// V8 optimises the database's largest functions after a few milliseconds of use, which takes longer
// than all of a short run, and a process waits for it at its end. A long run still gets there.
setFlagsFromString('--wasm-tiering-budget=200000000');
// A function of the database is validated when it is first compiled, which most never are.
setFlagsFromString('--wasm-lazy-validation');
// Node 22 and later keep compiled code between runs.
module.enableCompileCache?.();

try {
  const { main } = await import('../dist/sim/cli/main.js');
  await main(process.argv);
} catch (error) {
  const isUnbuilt =
    error?.code === 'ERR_MODULE_NOT_FOUND' && error.url?.endsWith('/dist/sim/cli/main.js');
  if (!isUnbuilt) throw error;
  console.error('nasboard: not built yet. Run: npm run build');
  process.exitCode = 2;
}
