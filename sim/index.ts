export { Bench, createBench, restoreBench } from './bench.ts';
export type { BenchOptions, BenchSnapshot } from './bench.ts';
export { SimBoard } from './board.ts';
export type { BoardOptions } from './board.ts';
export { SimulatorBug, UsageError } from './kernel/invariant.ts';
export { World } from './kernel/world.ts';
export type { WorldOptions } from './kernel/world.ts';
export { formatProblem, readScenario, runScenario, ScenarioError } from './scenario/index.ts';
export type {
  CaseResult,
  ClockReport,
  FailureReport,
  Outcome,
  Scenario,
  ScenarioCase,
  ScenarioOptions,
  ScenarioProblem,
  ScenarioResult,
  StepReport,
  SweepTable,
} from './scenario/index.ts';
