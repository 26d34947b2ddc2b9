import type { HostWork } from '../host-work.ts';
import { checksOf, type ConformanceSuite, expectSame, expectThat } from './suite.ts';

/** What a rig can do around work of the host. */
export interface HostWorkActs {
  /** Restarts the board and answers the port of the new life. */
  restart(): Promise<HostWork>;
}

const check = checksOf<HostWork, HostWorkActs>();

/** The contract of `hal/host-work.ts`. */
export const hostWorkSuite: ConformanceSuite<HostWork, HostWorkActs> = {
  port: 'host-work',
  checks: [
    check('answers what the work answers', [], async ({ port }) => {
      expectSame('answer', await port.declare(Promise.resolve('done')), 'done');
    }),
    check('fails as the work fails', [], async ({ port }) => {
      const failure = new Error('no such module');
      const seen = await port.declare(Promise.reject(failure)).catch((error: unknown) => error);
      expectThat(seen === failure, 'failure', { expected: failure, seen });
    }),
    check('has several works under way, each with its own answer', [], async ({ port }) => {
      const works = [1, 2, 3].map((answer) => port.declare(Promise.resolve(answer)));
      expectSame('answers', await Promise.all(works), [1, 2, 3]);
    }),
    check('answers in the next life of the board as in this one', ['restart'], async ({ act }) => {
      const next = await act.restart();
      expectSame('answer', await next.declare(Promise.resolve('again')), 'again');
    }),
  ],
};
