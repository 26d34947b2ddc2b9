import { runFloorScenario } from './floor.ts';

/** The floor as a process: what a cold `nasboard run` is held against. */
console.log(runFloorScenario());
