import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { WebRig } from './web-rig.ts';

/** What a browser may load before it shows the first page, compressed. */
const firstPageBytesMax = 150 * 1024;

const partsOf = (page: string): readonly string[] =>
  [...page.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, path = '']) => path);

describe('the web UI', () => {
  it('is a page without a script or a style of its own, under a strict policy', async () => {
    const rig = await WebRig.start();
    const { status, headers, body } = await rig.ask({ path: '/' });
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(headers).toMatchObject({
      'cache-control': 'no-cache',
      'cross-origin-resource-policy': 'same-origin',
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-frame-options': 'DENY',
    });
    const policy = String(headers['content-security-policy']);
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(policy.split('; ')).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "form-action 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
      ]),
    );
    expect(body).not.toMatch(/<style|\son\w+=|style=|<script(?![^>]* src=)/);
    expect(rig.bugs).toEqual([]);
  });

  it('has parts that a browser keeps for good, and that together are light', async () => {
    const rig = await WebRig.start();
    const page = await rig.ask({ path: '/' });
    const paths = partsOf(page.body);
    expect(paths.length).toBeGreaterThan(2);
    let bytes = gzipSync(page.body).length;
    for (const path of paths) {
      expect(path).toMatch(/^\/assets\/[\w-]+-[\w-]{8}\.(js|css|svg)$/);
      const part = await rig.ask({ path });
      expect(part.status).toBe(200);
      expect(part.headers['cache-control']).toBe('public, max-age=31536000, immutable');
      expect(part.headers['content-type']).toMatch(/^(text\/javascript|text\/css|image\/svg)/);
      bytes += gzipSync(part.bytes).length;
    }
    expect(bytes).toBeLessThan(firstPageBytesMax);
  });

  it('is not sent again to whom has it', async () => {
    const rig = await WebRig.start();
    const first = await rig.ask({ path: '/' });
    const etag = String(first.headers.etag);
    expect(etag).toMatch(/^"[\w-]{22}"$/);
    const again = await rig.ask({ path: '/', headers: { 'if-none-match': `"other", ${etag}` } });
    expect([again.status, again.body]).toEqual([304, '']);
    expect(again.headers.etag).toBe(etag);
    const other = await rig.ask({ path: '/', headers: { 'if-none-match': '"other"' } });
    expect(other.status).toBe(200);
  });

  it('answers HEAD as GET, without a body, and nothing else', async () => {
    const rig = await WebRig.start();
    const whole = await rig.ask({ path: '/' });
    const head = await rig.ask({ method: 'HEAD', path: '/' });
    expect([head.status, head.body]).toEqual([200, '']);
    expect(head.headers.etag).toBe(whole.headers.etag);
    expect((await rig.ask({ method: 'POST', path: '/' })).status).toBe(404);
  });

  it('is there while the appliance is not ready, for the page says so itself', async () => {
    const rig = await WebRig.start();
    rig.state = 'starting';
    expect((await rig.ask({ path: '/' })).status).toBe(200);
    expect((await rig.ask({ path: '/api/v1/info' })).status).toBe(503);
  });
});
