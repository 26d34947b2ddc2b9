import { readChart } from './chart.ts';
import { firmwareMachines, type FirmwareMachine } from './machines.ts';
import { toMermaid } from './mermaid.ts';

/** A page of documentation. */
export interface Page {
  readonly file: string;
  readonly text: string;
}

/** Pages in Markdown: one for each chart, and one that lists them. */
export function chartPages(machines = firmwareMachines): readonly Page[] {
  return [{ file: 'README.md', text: listPage(machines) }, ...machines.map(chartPage)];
}

const origin = 'Written by `nasboard charts`, from the machines themselves.';

function listPage(machines: readonly FirmwareMachine[]): string {
  const rows = machines.map(
    ({ machine, about }) => `| [${machine.id}](${machine.id}.md) | ${about} |`,
  );
  return `# State charts

The firmware's decisions, as they run. ${origin}

| chart | what it is about |
| --- | --- |
${rows.join('\n')}

An arrow says \`event [guard] / actions\`. «After» is a delay of the board's clock; an arrow without an event
is taken at once. «Any of these» stands for every state beside it.
`;
}

function chartPage({ machine, about, source }: FirmwareMachine): Page {
  const text = `# ${machine.id}

${about} The source: [${source}](../../${source}). ${origin}

\`\`\`mermaid
${toMermaid(readChart(machine))}\`\`\`
`;
  return { file: `${machine.id}.md`, text };
}
