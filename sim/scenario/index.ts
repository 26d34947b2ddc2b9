export { formatProblem, ScenarioError, type ScenarioProblem } from './problem.ts';
export { readScenario, type Scenario, type ScenarioCase } from './reader.ts';
export type {
  CaseResult,
  ClockReport,
  FailureReport,
  Outcome,
  ScenarioResult,
  StepReport,
} from './result.ts';
export { runScenario, type ScenarioOptions } from './run-scenario.ts';
export type { SweepTable } from './sweep-table.ts';
