import { checkLinuxBoard } from '#hal/linux/board';
import { checkHost } from '#hal/linux/host-check';
import { firmwareBuildMs } from '#firmware/version';
import { exitCode } from './exit-codes.ts';
import { boardFileAt, type FirmwareHost } from './firmware-app.ts';

interface Finding {
  readonly what: string;
  /** What is wrong and what to do about it; absent where all is well. */
  readonly problem?: string;
  /** Something that nobody needs who does not use it. */
  readonly isOptional?: boolean;
}

/** Tells what is there and what is missing; answers the exit code. */
export async function runDoctor(
  path: string | undefined,
  host: Pick<FirmwareHost, 'out' | 'err'>,
): Promise<number> {
  const file = path === undefined ? undefined : boardFileAt(path, host);
  if (path !== undefined && file === undefined) return exitCode.unusable;
  const findings: Finding[] = [...checkHost()];
  if (file !== undefined) {
    for (const { port, error } of await checkLinuxBoard(file, { buildDateMs: firmwareBuildMs })) {
      findings.push({ what: port, ...(error !== undefined && { problem: error.message }) });
    }
    if (file.watchdog === undefined) {
      const problem = 'the board file names none: nobody restarts a firmware that hangs';
      findings.push({ what: 'watchdog', problem, isOptional: true });
    }
  }
  for (const finding of findings) host.out(lineOf(finding));
  const missing = findings.filter(
    ({ problem, isOptional }) => problem !== undefined && !isOptional,
  );
  const count = `${findings.length - missing.length} of ${findings.length}`;
  host.out(missing.length === 0 ? 'all is there\n' : `${count} are there\n`);
  return missing.length === 0 ? exitCode.passed : exitCode.failed;
}

function lineOf({ what, problem, isOptional = false }: Finding): string {
  if (problem === undefined) return ` ✓ ${what}\n`;
  return ` ${isOptional ? '-' : '✗'} ${what}\n     ${problem}\n`;
}
