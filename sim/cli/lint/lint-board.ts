import { BoardFileError, parseBoardFile } from '#hal/linux/board-file';
import type { DeviceTree } from '#hal/linux/device-tree/tree';
import type { Tree } from '../../scenario/yaml-tree.ts';
import { boardFindingsOf } from './board-rules.ts';
import { sortFindings, type Finding } from './finding.ts';
import { treeFindingsOf } from './tree-rules.ts';

/** All that is wrong with a board file or doubtful about it; `yaml` is the same text, read. */
export function lintBoardFile(
  text: string,
  {
    file,
    yaml,
    deviceTree,
  }: {
    readonly file: string;
    readonly yaml: Tree;
    readonly deviceTree?: DeviceTree | undefined;
  },
): readonly Finding[] {
  const placed = [
    ...boardFindingsOf(yaml),
    ...(deviceTree === undefined ? [] : treeFindingsOf(yaml, deviceTree)),
  ];
  return sortFindings([
    ...formFindings(text, file),
    ...placed.map(({ path, ...finding }) => ({
      file,
      ...yaml.positionOf(path),
      ...finding,
      text: `${path.join('.')}: ${finding.text}`,
    })),
  ]);
}

function formFindings(text: string, file: string): readonly Finding[] {
  try {
    parseBoardFile(text, file);
  } catch (error) {
    if (!(error instanceof BoardFileError)) throw error;
    return error.problems.map((problem) => ({
      file,
      ...problem,
      severity: 'error',
      rule: 'form',
      advice: 'docs/reference/board-file.md has all fields',
    }));
  }
  return [];
}
