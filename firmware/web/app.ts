import cookie from '@fastify/cookie';
import fastify, { type FastifyInstance, type FastifyReply } from 'fastify';
import { apiPrefix } from './api/document.ts';
import { answerUnroutable } from './api/failures.ts';
import { registerApi } from './api/register.ts';
import { headersFor, registerSecurity } from './security.ts';
import { registerQts } from './qts/routes.ts';
import { registerUi } from './ui-routes.ts';
import { applianceOf, type WebAppliance } from './appliance.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** The appliance that the request is for. */
    readonly appliance: WebAppliance;
  }
}

/** Larger bodies are refused with 413; the largest real one is a user with all its fields. */
const bodyBytesMax = 64 * 1024;

/** Has the application answer a request. */
export type WebApp = FastifyInstance['routing'];

/**
 * Makes the web application. One serves every appliance of the process, for it keeps nothing
 * between requests: what a request is about, it brings along.
 */
export async function createWebApp(): Promise<WebApp> {
  const instance = fastify({
    bodyLimit: bodyBytesMax,
    logger: false,
    // Time-outs on the host's clock have no place here.
    pluginTimeout: 0,
    exposeHeadRoutes: false,
    frameworkErrors: (error, request, reply) => {
      // No hook was run for it.
      const answer = (reply as FastifyReply).headers(headersFor(request.raw));
      if (request.url.startsWith(apiPrefix)) answerUnroutable(error, answer);
      else void answer.code(error.statusCode ?? 400).send();
    },
    routerOptions: { caseSensitive: true, ignoreDuplicateSlashes: false },
  });
  instance.decorateRequest('appliance', {
    getter() {
      return applianceOf(this.raw);
    },
  });
  await instance.register(cookie);
  registerSecurity(instance);
  await registerQts(instance);
  await registerApi(instance);
  registerUi(instance);
  await instance.ready();
  const methods: ReadonlySet<string | undefined> = new Set(instance.supportedMethods);
  return (request, response) => {
    if (methods.has(request.method)) instance.routing(request, response);
    // The framework would repeat method and path, without any of the headers.
    else response.writeHead(501, headersFor(request)).end();
  };
}
