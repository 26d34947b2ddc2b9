import type { Board } from '#hal/board';
import { isHalError } from '#hal/errors';

/**
 * Looks at each part once and says in one line what it found. A failing part is reported, not
 * fatal here: mounting the store decides whether the appliance can go on.
 */
export function selfTestReport(board: Board): string {
  const findings = [
    `flash ${tryPart(() => `ok (${board.storage.list().length} files)`)}`,
    `rtc ${tryPart(() => (board.rtc.read().valid ? 'ok' : 'lost its time'))}`,
    `random ${tryPart(() => (board.random.bytes(8).length === 8 ? 'ok' : 'short'))}`,
    `button ${tryPart(() => (board.resetButton.isPressed() ? 'pressed' : 'released'))}`,
    `network ${tryPart(() => linkReport(board))}`,
  ];
  return `self-test: ${findings.join(', ')}`;
}

function linkReport(board: Board): string {
  const adapters = board.network.adapters();
  const up = adapters.filter((adapter) => adapter.linkUp).length;
  return `${up} of ${adapters.length} links up`;
}

function tryPart(look: () => string): string {
  try {
    return look();
  } catch (error) {
    if (!isHalError(error)) throw error;
    return `failed (${error.code})`;
  }
}
