import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { problems } from '#sim/bench-api/problems';
import {
  operationsOf,
  problemNamesOf,
  type ApiDocument,
} from '../../firmware/web/api/api-document.ts';
import { ApiRig } from './api-rig.ts';

describe('the document of the bench API', () => {
  it('has every route that there is, and no other', async () => {
    await using rig = await ApiRig.start({ isOff: true });
    const operations = operationsOf(await rig.json<ApiDocument>('/openapi.json'));
    const documented = operations.map(({ method, path }) => `${method} /api/v1${path}`);
    const page = (await rig.ask('/')).body.matchAll(/(?:<code>|>)((?:GET|PUT|POST) [^<]+)</g);
    expect(documented.toSorted()).toEqual([...page].map(([, route = '']) => route).toSorted());
    expect(documented.length).toBeGreaterThan(15);
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(operations.filter(({ summary }) => summary === '')).toEqual([]);
  });

  it('is OpenAPI 3.1, and names every problem', async () => {
    await using rig = await ApiRig.start({ isOff: true });
    const document = await rig.json<ApiDocument>('/openapi.json');
    expect(document.openapi).toBe('3.1.0');
    const answered = new Set(operationsOf(document).flatMap(problemNamesOf));
    expect(Object.keys(problems).filter((name) => !answered.has(name))).toEqual([]);
    expect(JSON.stringify(document)).not.toContain('Default Response');
  });
});

const reference = fileURLToPath(new URL('../../../docs/reference/bench-api.md', import.meta.url));

/** Problems that need no mention with each request: they follow from what it is. */
const everywhere = ['malformed', 'invalid', 'content-type', 'too-large', 'upgrade-required'];
const always = ['token-missing', 'cross-site', 'wrong-host', 'broken'];

describe('the reference of the bench API', () => {
  it('has every request and every problem, and no others', async () => {
    await using rig = await ApiRig.start({ isOff: true });
    const operations = operationsOf(await rig.json<ApiDocument>('/openapi.json'));
    const routes = operations.map((operation) => {
      const { method, path, summary } = operation;
      const own = problemNamesOf(operation).filter(
        (name) => ![...everywhere, ...always].includes(name),
      );
      const isSocket = 'x-websocket' in operation ? ', WebSocket' : '';
      return `| \`${method} ${path}\`${isSocket} | ${summary} | ${own.map((name) => `\`${name}\``).join(', ')} |`;
    });
    const tables = {
      routes: ['| request | does | problems of its own |', '| --- | --- | --- |', ...routes],
      problems: [
        '| problem | status | means |',
        '| --- | --- | --- |',
        ...Object.entries(problems).map(
          ([name, [status, title]]) => `| \`${name}\` | ${status} | ${title} |`,
        ),
      ],
    };
    let text = readFileSync(reference, 'utf8');
    for (const [name, lines] of Object.entries(tables)) {
      const frame = new RegExp(`(<!-- table: ${name} -->\n)[^]*?(<!-- end -->)`);
      expect(text).toMatch(frame);
      text = text.replace(frame, (_, start: string, end: string) =>
        [start, ...lines.map((line) => `${line}\n`), end].join(''),
      );
    }
    await expect(text).toMatchFileSnapshot(reference);
  });

  it('shows steps as they are answered', async () => {
    const fence = /```\nPOST \/api\/v1\/steps\n([^]*?)\n\n([^]*?)```/;
    const [, asked = '', answered = ''] = fence.exec(readFileSync(reference, 'utf8')) ?? [];
    await using rig = await ApiRig.start();
    expect(await rig.steps(asked)).toEqual(JSON.parse(answered));
  });
});
