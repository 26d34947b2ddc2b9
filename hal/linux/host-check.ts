import { createRequire } from 'node:module';

/** One thing that drivers may need of this machine. */
export interface HostFinding {
  readonly what: string;
  /** What is missing without it, and what to do; absent where it is there. */
  readonly problem?: string;
  /** Whether a board can do without it. */
  readonly isOptional: boolean;
}

interface Need {
  readonly what: string;
  readonly module: string;
  readonly without: string;
  readonly isOptional: boolean;
}

const needs: readonly Need[] = [
  {
    what: 'serial ports (@serialport/bindings-cpp)',
    module: '@serialport/bindings-cpp',
    without: 'no console: `npm install @serialport/bindings-cpp`',
    isOptional: false,
  },
  {
    what: 'calls of the kernel (koffi)',
    module: 'koffi',
    without:
      'no GPIO lines, I2C or ioctl of a clock chip, no count through suspend: `npm install koffi`',
    isOptional: true,
  },
];

/** Looks at what the drivers need, whatever the board. Loads it, opens nothing. */
export function checkHost(): readonly HostFinding[] {
  const require = createRequire(import.meta.url);
  const findings: HostFinding[] = [];
  const { platform } = process;
  findings.push({
    what: `Linux (${platform}, ${process.arch}, Node ${process.versions.node})`,
    isOptional: false,
    ...(platform !== 'linux' && {
      problem: 'the drivers need Linux; elsewhere there is the bench',
    }),
  });
  for (const { what, module, without, isOptional } of needs) {
    try {
      require(module);
      findings.push({ what, isOptional });
    } catch (error) {
      const says = error instanceof Error ? error.message : String(error);
      findings.push({ what, isOptional, problem: `${without} (${says})` });
    }
  }
  return findings;
}
