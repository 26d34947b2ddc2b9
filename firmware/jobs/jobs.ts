import type { Scheduler } from '../time/schedule.ts';
import { createPasswordAgeJob, type PasswordAgeDeps } from './password-age.ts';
import { createLogPruningJob, type LogPruningDeps } from './log-pruning.ts';
import { createSelfCheckJob, createStoreCheckJob, type SelfCheckDeps } from './self-check.ts';

/** What the jobs work with. */
type JobsDeps = PasswordAgeDeps & LogPruningDeps & SelfCheckDeps;

/** Adds what the appliance does by itself, at times when few work with it. */
export function addJobs(scheduler: Scheduler, deps: JobsDeps): void {
  scheduler.add(createLogPruningJob(deps));
  scheduler.add(createSelfCheckJob(deps));
  scheduler.add(createStoreCheckJob(deps));
  scheduler.add(createPasswordAgeJob(deps));
}
