import type { CommandContext } from './command.ts';

/** Shows new recovery codes, this once. */
export function showRecoveryCodes(codes: readonly string[], context: CommandContext): void {
  context.print('Recovery codes. Each lets you in once, when the phone is not there:');
  for (const [place, code] of codes.entries()) {
    context.print(`  recovery code ${place + 1}: ${code}`);
  }
  context.print('Write them down and keep them safe: they are not shown again.');
}
