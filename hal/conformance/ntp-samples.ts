import type { Ntp, NtpSample } from '../ntp.ts';
import type { AnsweringServer, NtpActs } from './ntp-acts.ts';
import { answerOf, outcomeOf } from './remote.ts';
import { expectThat } from './suite.ts';

/** A port, and time that passes while it asks. */
export interface Asked {
  readonly port: Ntp;
  readonly act: Pick<NtpActs, 'pass'>;
}

/** Asks a server that answers. */
export async function sampleOf({ port, act }: Asked, server: string): Promise<NtpSample> {
  const { signal } = new AbortController();
  return answerOf(await outcomeOf(act.pass, () => port.query(server, { signal })));
}

/** Fails unless a sample tells what a server's clock showed between request and reply. */
export async function expectItsTime(
  rig: Asked & { readonly act: Pick<NtpActs, 'nowMs'> },
  server: AnsweringServer,
): Promise<void> {
  const aheadMs = server.timeMs() - rig.act.nowMs();
  const sample = await sampleOf(rig, server.name);
  const roundTripMs = sample.receivedAtMs - sample.sentAtMs;
  const middleMs = sample.sentAtMs + roundTripMs / 2 + aheadMs;
  // No reply can be off by more than half its way; both clocks resolve a millisecond at least.
  const isNear = Math.abs(sample.serverTimeMs - middleMs) <= roundTripMs / 2 + 1;
  const expected = `${middleMs}, ${roundTripMs / 2} either way`;
  expectThat(isNear, 'time', { expected, seen: sample.serverTimeMs });
}
