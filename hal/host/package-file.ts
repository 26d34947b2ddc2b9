import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

/**
 * The bytes of a file that an installed package exports, for example a WebAssembly binary. Part of
 * loading the program, as an `import` is; the board and its storage have nothing to do with it.
 */
export function readPackageFile(specifier: string): Uint8Array {
  return readFileSync(createRequire(import.meta.url).resolve(specifier));
}
