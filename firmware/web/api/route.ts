import type { FastifyInstance, FastifyReply, FastifyRequest, RouteHandlerMethod } from 'fastify';
import * as v from 'valibot';
import type { Session } from '../../access/sessions.ts';
import type { Services } from '../../services.ts';
import type { Asker } from '../../two-step/two-step.ts';
import type { WebAppliance } from '../appliance.ts';
import { isProblem, sendProblem, type Problem, type ProblemName } from './problems.ts';
import type { Schema } from './validation.ts';

/** Who may make a request. */
export type Access = 'anyone' | 'user' | 'administrator';

/** What a request is about: its parts as their schemas say, and whose it is. */
export interface Call<A extends Access, P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Who asks; there wherever not anyone may. */
  readonly session: A extends 'anyone' ? undefined : Session;
  readonly appliance: WebAppliance;
  readonly services: Services;
  /** The client's network address. */
  readonly address: string;
  readonly reply: FastifyReply;
}

/** The subjects that routes are sorted by. */
export type Tag =
  | 'appliance'
  | 'sign-in'
  | 'account'
  | '2-step verification'
  | 'users'
  | 'groups'
  | 'shared folders'
  | 'sessions'
  | 'settings'
  | 'time'
  | 'mail'
  | 'log';

/** A route as it is documented, whatever its schemas. */
export interface RouteFacts {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below the prefix of the API; `:name` stands for a parameter. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly access: Access;
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  /** What a success answers; nothing (204) where there is none. */
  readonly answer?: Schema;
  /** 200 or 204 unless told otherwise. */
  readonly status?: 201 | 202;
  /** Media types of a success that is a file. */
  readonly media?: readonly string[];
  /** Problems of its own, beside those that follow from the rest. */
  readonly problems?: readonly ProblemName[];
}

const nothing = v.undefined();
type Nothing = typeof nothing;
type Or<T> = T | Problem;

/** A route with its handler. */
export interface Route<
  A extends Access,
  P extends Schema,
  Q extends Schema,
  B extends Schema,
  R extends Schema,
> extends RouteFacts {
  readonly access: A;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer?: R;
  handle(
    call: Call<A, v.InferOutput<P>, v.InferOutput<Q>, v.InferOutput<B>>,
  ): Or<v.InferInput<R>> | Promise<Or<v.InferInput<R>>>;
}

/** A success that is no JSON of the schemas. */
export interface ApiFile {
  readonly type: string;
  readonly content: string | Uint8Array;
  /** What a browser saves it as; shown otherwise. */
  readonly fileName?: string;
}

/** A route that answers files. */
interface FileRoute<A extends Access, Q extends Schema> extends RouteFacts {
  readonly access: A;
  readonly query?: Q;
  readonly media: readonly string[];
  handle(call: Call<A, undefined, v.InferOutput<Q>, undefined>): Or<ApiFile> | Promise<Or<ApiFile>>;
}

/** Takes routes; hears of each for the document. */
export interface Routes {
  add<
    const A extends Access,
    P extends Schema = Nothing,
    Q extends Schema = Nothing,
    B extends Schema = Nothing,
    R extends Schema = Nothing,
  >(
    route: Route<A, P, Q, B, R>,
  ): void;
  addFile<const A extends Access, Q extends Schema = Nothing>(route: FileRoute<A, Q>): void;
}

/** A route where it is added to, and found again by the hooks. */
export interface RouteConfig {
  readonly facts: RouteFacts;
}

/** Adds routes to an app, and to `documented`. */
export function routesOf(app: FastifyInstance, documented: RouteFacts[]): Routes {
  const add = (facts: RouteFacts, handler: RouteHandlerMethod): void => {
    const { method, path, params, query, body } = facts;
    documented.push(facts);
    app.route({
      method,
      url: path,
      config: { facts } satisfies RouteConfig as object,
      schema: {
        ...(params !== undefined && { params }),
        ...(query !== undefined && { querystring: query }),
        ...(body !== undefined && { body }),
      },
      handler,
    });
  };
  return {
    add(route) {
      add(route, async (request, reply) => {
        const answer = await route.handle(callOf(request, reply));
        return isProblem(answer) ? sendProblem(reply, answer) : sendAnswer(reply, route, answer);
      });
    },
    addFile(route) {
      add(route, async (request, reply) => {
        const answer = await route.handle(callOf(request, reply));
        return isProblem(answer) ? sendProblem(reply, answer) : sendFile(reply, answer);
      });
    },
  };
}

/** Name and address of who asks, for services that write to the event log. */
export function askerOf(call: { readonly session: Session; readonly address: string }): Asker {
  const { userName: user, id: sessionId } = call.session;
  return { user, address: call.address, sessionId };
}

function callOf<A extends Access, P, Q, B>(
  request: FastifyRequest,
  reply: FastifyReply,
): Call<A, P, Q, B> {
  const { appliance } = request;
  return {
    params: request.params as P,
    query: request.query as Q,
    body: request.body as B,
    session: request.apiSession as Call<A, P, Q, B>['session'],
    appliance,
    services: appliance.services,
    address: request.ip,
    reply,
  };
}

/** Schemas are closed on the way out too: what they do not name cannot leak. */
function sendAnswer(reply: FastifyReply, facts: RouteFacts, answer: unknown): FastifyReply {
  if (facts.answer === undefined) return reply.code(facts.status ?? 204).send();
  const body = JSON.stringify(v.parse(facts.answer, answer));
  return reply
    .code(facts.status ?? 200)
    .type('application/json')
    .send(body);
}

function sendFile(reply: FastifyReply, { type, content, fileName }: ApiFile): FastifyReply {
  if (fileName !== undefined) {
    reply.header('content-disposition', `attachment; filename="${fileName}"`);
  }
  return reply.type(type).send(typeof content === 'string' ? content : Buffer.from(content));
}
