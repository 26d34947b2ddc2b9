import formbody from '@fastify/formbody';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { isServing, tellNotServing } from '../serving.ts';
import type { Call } from './call.ts';
import { authLogin } from './login.ts';
import { authLogout } from './logout.ts';
import { manaRequest } from './management.ts';
import { joined, parseParameters, type Parameters } from './parameters.ts';
import { qDocRoot, type XmlElement } from './xml.ts';

type Handler = (call: Call) => readonly XmlElement[] | Promise<readonly XmlElement[]>;

const prefix = '/cgi-bin';

const handlers: Readonly<Record<string, Handler>> = {
  '/authLogin.cgi': authLogin,
  '/authLogout.cgi': authLogout,
  '/management/manaRequest.cgi': manaRequest,
};

const methods = ['GET', 'POST'];

/** The QTS authentication API; docs/reference/qts-api.md. */
export async function registerQts(app: FastifyInstance): Promise<void> {
  await app.register(qts, { prefix });
}

async function qts(app: FastifyInstance): Promise<void> {
  app.removeAllContentTypeParsers();
  await app.register(formbody, { parser: parseForm });
  app.addHook('onRequest', async (request, reply) =>
    isServing(request.appliance.control) ? undefined : tellNotServing(reply),
  );
  app.setNotFoundHandler(async (request, reply) => {
    const path = request.url.slice(prefix.length).replace(/\?[^]*$/, '');
    if (!Object.hasOwn(handlers, path)) return reply.code(404).send();
    return reply.header('allow', methods.join(', ')).code(405).send();
  });
  for (const [url, handle] of Object.entries(handlers)) {
    app.route({
      method: methods,
      url,
      async handler(request, reply) {
        const parameters = parametersOf(request);
        if (parameters === undefined) return reply.code(400).send();
        return answer(reply, await handle(callOf(request, parameters)));
      },
    });
  }
}

/** A parser must not throw; that a form cannot be read is seen later. */
function parseForm(body: string): Record<string, unknown> {
  return { parameters: parseParameters(body) };
}

function parametersOf({ raw, body }: FastifyRequest): Parameters | undefined {
  const [, query = ''] = /^[^?#]*\?([^#]*)/.exec(raw.url ?? '') ?? [];
  const fromQuery = parseParameters(query);
  if (body === undefined || fromQuery === undefined) return fromQuery;
  const { parameters: fromBody } = body as { readonly parameters: Parameters | undefined };
  return fromBody && joined(fromQuery, fromBody);
}

function callOf(request: FastifyRequest, parameters: Parameters): Call {
  const { appliance, ip, headers } = request;
  return { appliance, parameters, address: ip, agent: headers['user-agent'] ?? '' };
}

/** Clients compare the type with `text/xml`: there must be no charset behind it. */
function answer(reply: FastifyReply, elements: readonly XmlElement[]): FastifyReply {
  return reply.header('content-type', 'text/xml').send(Buffer.from(qDocRoot(elements)));
}
