import type { CommandContext } from './command.ts';

/** Shows new recovery codes, this once. */
export function showRecoveryCodes(codes: readonly string[], context: CommandContext): void {
  context.print('Recovery codes. Each lets you in once, when the phone is not there:');
  for (const code of codes) context.print(`  ${code}`);
  context.print('Write them down and keep them safe: they are not shown again.');
}
