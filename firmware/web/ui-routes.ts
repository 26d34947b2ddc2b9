import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { pagePath, uiFile, uiPaths, type UiFile } from './ui-files.ts';

/**
 * What the page may do: run and show what came from this appliance, and speak to it. No form is
 * ever sent by the browser itself, so that no password ends up in an address.
 */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  'trusted-types lit-html',
].join('; ');

const pageHeaders = {
  'cache-control': 'no-cache',
  'content-security-policy': policy,
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
};

/** The name tells the content: a browser need never ask again. */
const partHeaders = { 'cache-control': 'public, max-age=31536000, immutable' };

const notBuilt =
  'The pages are not part of this program. Build them with: npm run build. The API works without.\n';

/** The appliance's own web UI: one page and its parts. */
export function registerUi(app: FastifyInstance): void {
  const paths = uiPaths();
  for (const path of paths) {
    app.route({
      method: ['GET', 'HEAD'],
      url: path,
      handler: async (request, reply) => answer(request, reply, uiFile(path)),
    });
  }
  if (paths.length === 0) app.get(pagePath, async (_, reply) => answerNotBuilt(reply));
}

function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  file: UiFile | undefined,
): FastifyReply {
  if (file === undefined) return answerNotBuilt(reply);
  const { content, type, etag } = file;
  reply.headers(request.url.replace(/\?[^]*$/, '') === pagePath ? pageHeaders : partHeaders);
  reply.header('etag', etag);
  if (isKnown(request, etag)) return reply.code(304).send();
  return reply.type(type).send(Buffer.from(content));
}

function isKnown({ headers }: FastifyRequest, etag: string): boolean {
  const known = headers['if-none-match'];
  return known !== undefined && known.split(',').some((each) => each.trim() === etag);
}

function answerNotBuilt(reply: FastifyReply): FastifyReply {
  return reply.code(503).type('text/plain; charset=utf-8').send(notBuilt);
}
