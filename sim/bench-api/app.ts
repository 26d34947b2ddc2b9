import swagger from '@fastify/swagger';
import websocket from '@fastify/websocket';
import fastify, { type FastifyInstance } from 'fastify';
import { UsageError } from '../kernel/invariant.ts';
import { refusalOf, subprotocol, type Access } from './access.ts';
import { addArtefacts } from './artefacts.ts';
import { addBoard } from './board.ts';
import type { Desk } from './desk.ts';
import { apiPrefix, documentOptions } from './document.ts';
import { InvalidInput, judgeInput, refuseDepth, type Schema } from './input.ts';
import { indexPage } from './index-page.ts';
import { addPast } from './past.ts';
import { problem, sendProblem, type Problem } from './problems.ts';
import { routesOf, type RouteFacts, type Routes } from './route.ts';
import { addSerial } from './serial.ts';
import { addSpeed } from './speed.ts';
import { addSteps } from './steps.ts';
import { addSurroundings } from './surroundings.ts';
import { addTrace } from './trace.ts';

/** What the API is made of. */
export interface BenchApiOptions {
  readonly desk: Desk;
  readonly access: Access;
  /** Hears of what no caller can have caused. */
  readonly onBug: (error: unknown) => void;
}

/** A list of steps is larger than any other body. */
const bodyBytesMax = 256 * 1024;

/** Larger messages of a WebSocket end it. */
const messageBytesMax = 64 * 1024;

/** On every answer: nothing here belongs into a frame, a cache or a page of another site. */
const headers = {
  'cache-control': 'no-store',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
};

const resources: readonly ((routes: Routes, desk: Desk) => void)[] = [
  addSteps,
  addBoard,
  addTrace,
  addSpeed,
  addPast,
  addSurroundings,
  addSerial,
  addArtefacts,
];

/** Makes the application that answers requests about a bench. It listens nowhere by itself. */
export async function createBenchApi(options: BenchApiOptions): Promise<FastifyInstance> {
  const { access } = options;
  const app = fastify({
    bodyLimit: bodyBytesMax,
    logger: false,
    pluginTimeout: 0,
    exposeHeadRoutes: false,
    // A path that cannot be decoded, or with a name that is too long; no hook is run for it.
    frameworkErrors: ({ code }, _, reply) => {
      const name = code === 'FST_ERR_BAD_URL' ? 'malformed' : 'not-found';
      void sendProblem(reply.headers(headers), problem(name));
    },
    routerOptions: { caseSensitive: true, ignoreDuplicateSlashes: false },
  });
  // First of all: it ends the connections that a hook after it refuses.
  await app.register(websocket, {
    options: {
      maxPayload: messageBytesMax,
      handleProtocols: (offered) => offered.has(subprotocol) && subprotocol,
    },
    // A connection that breaks is nobody's fault.
    errorHandler: (_, socket) => socket.terminate(),
  });
  app.addHook('onRequest', async (request, reply) => {
    reply.headers(headers);
    const [path = ''] = request.url.split('?');
    const refusal = refusalOf(access, { headers: request.headers, path });
    return refusal && sendProblem(reply, refusal);
  });
  app.setErrorHandler((error, _, reply) => sendProblem(reply, problemOf(error, options)));
  app.setNotFoundHandler((_, reply) => sendProblem(reply, problem('not-found')));
  const documented: RouteFacts[] = [];
  await app.register(async (api) => register(api, options, documented), { prefix: apiPrefix });
  app.get('/', (_, reply) => reply.type('text/html; charset=utf-8').send(indexPage(documented)));
  await app.ready();
  return app;
}

async function register(
  app: FastifyInstance,
  { desk }: BenchApiOptions,
  documented: RouteFacts[],
): Promise<void> {
  // Forms and plain text are what pages of other sites can send without being asked.
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, text, done) => {
    void parseJson(request, text as string, (error, body) => {
      try {
        refuseDepth(body);
        done(error, body);
      } catch (refusal) {
        done(refusal as Error);
      }
    });
  });
  app.setValidatorCompiler<Schema>(({ schema, httpPart }) => judgeInput(schema, httpPart));
  await app.register(swagger, documentOptions(documented));
  const routes = routesOf(app, documented);
  for (const add of resources) add(routes, desk);
  routes.addFile({
    method: 'GET',
    path: '/openapi.json',
    tag: 'board',
    summary: 'This API as an OpenAPI document',
    media: 'application/json',
    handle: () => ({ content: JSON.stringify(app.swagger()) }),
  });
}

/** What the framework refuses. */
const frameworkCodes: Readonly<Record<string, Problem>> = {
  FST_ERR_CTP_INVALID_MEDIA_TYPE: problem('content-type'),
  FST_ERR_CTP_BODY_TOO_LARGE: problem('too-large'),
};

/** What is answered to what was thrown: misuse by the caller, a bug, a request nobody can read. */
function problemOf(error: unknown, { onBug }: BenchApiOptions): Problem {
  if (error instanceof InvalidInput) return problem('invalid', { errors: error.errors });
  if (error instanceof UsageError) return problem('not-possible', { detail: error.message });
  const { code, statusCode, name } = (error ?? {}) as {
    readonly code?: unknown;
    readonly statusCode?: unknown;
    readonly name?: unknown;
  };
  // Its caller has gone: nobody reads the answer.
  if (name === 'AbortError') return problem('not-possible');
  const known = typeof code === 'string' ? frameworkCodes[code] : undefined;
  if (known !== undefined) return known;
  if (typeof statusCode === 'number' && statusCode >= 400 && statusCode < 500) {
    return problem('malformed');
  }
  onBug(error);
  return problem('broken');
}
