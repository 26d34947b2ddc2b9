import { readFileSync } from 'node:fs';
import * as v from 'valibot';
import { boardSchema, type BoardHeader } from '../../scenario/header.ts';
import { ScenarioError } from '../../scenario/problem.ts';
import { ProblemList } from '../../scenario/reader.ts';
import { readTree } from '../../scenario/yaml-tree.ts';

/**
 * Reads a board file: YAML with what stands under `board` in a scenario. An error names the line
 * and column of all that is wrong with it.
 */
export function readBoardFile(path: string): BoardHeader {
  const text = readFileSync(path, 'utf8');
  if (text.trim() === '') return {};
  const tree = readTree(text, path);
  if (!('value' in tree)) throw new ScenarioError(tree);
  const header = v.safeParse(boardSchema, tree.value);
  if (header.success) return header.output;
  const problems = new ProblemList(path, tree);
  problems.addIssues([], header.issues);
  throw new ScenarioError(problems.sorted);
}
