import { apiPrefix } from './document.ts';
import type { RouteFacts } from './route.ts';

/** A plain page that says what there is. */
export function indexPage(routes: readonly RouteFacts[]): string {
  const rows = routes.map(({ method, path, summary }) => {
    const url = `${apiPrefix}${path}`;
    const name = escaped(`${method} ${url.replace(/:(\w+)/g, '{$1}')}`);
    const isLink = method === 'GET' && !path.includes(':');
    const cell = isLink ? `<a href="${escaped(url)}">${name}</a>` : name;
    return `<tr><td><code>${cell}</code></td><td>${escaped(summary)}</td></tr>`;
  });
  return [
    '<!doctype html>',
    '<html lang="en">',
    '<meta charset="utf-8">',
    '<title>nasboard bench</title>',
    '<h1>nasboard bench</h1>',
    `<p>The bench API of this board. Its description: <a href="${apiPrefix}/openapi.json">OpenAPI</a>.</p>`,
    '<table>',
    ...rows,
    '</table>',
    '</html>',
    '',
  ].join('\n');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}
