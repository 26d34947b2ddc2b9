import '@fastify/websocket';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { WebSocket } from 'ws';
import * as v from 'valibot';
import { isProblem, problem, sendProblem, type Problem, type ProblemName } from './problems.ts';
import type { Schema } from './input.ts';

/** The subjects that routes are sorted by. */
export type Tag = 'steps' | 'board' | 'trace' | 'time' | 'states' | 'surroundings' | 'artefacts';

/** A route as it is documented, whatever its schemas. */
export interface RouteFacts {
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Below the prefix of the API; `:name` stands for a parameter. */
  readonly path: string;
  readonly tag: Tag;
  readonly summary: string;
  readonly description?: string;
  readonly params?: Schema;
  readonly query?: Schema;
  readonly body?: Schema;
  /** What a success answers. */
  readonly answer?: Schema;
  /** The media type of a success that is no JSON of a schema. */
  readonly media?: string;
  /** What travels over it as a WebSocket, where it is one. */
  readonly webSocket?: string;
  /** Problems of its own, beside those that follow from the rest. */
  readonly problems?: readonly ProblemName[];
}

/** The parts of a request as their schemas say. */
export interface Call<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Aborted where the client goes away before it has an answer. */
  readonly signal: AbortSignal;
  readonly reply: FastifyReply;
}

const nothing = v.undefined();
type Nothing = typeof nothing;
type Or<T> = T | Problem;

/** A route that answers JSON. */
export interface Route<
  P extends Schema,
  Q extends Schema,
  B extends Schema,
  R extends Schema,
> extends RouteFacts {
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  readonly answer: R;
  handle(
    call: Call<v.InferOutput<P>, v.InferOutput<Q>, v.InferOutput<B>>,
  ): Or<v.InferInput<R>> | Promise<Or<v.InferInput<R>>>;
}

/** A success that is no JSON of a schema. */
export interface ApiFile {
  readonly content: string | Uint8Array | NodeJS.ReadableStream;
}

/** A route that answers a file, a WebSocket, or either. */
export interface FileRoute<Q extends Schema> extends RouteFacts {
  readonly method: 'GET';
  readonly query?: Q;
  /** Absent where it is a WebSocket only. */
  handle?(call: Call<undefined, v.InferOutput<Q>, undefined>): Or<ApiFile> | Promise<Or<ApiFile>>;
  connect?(socket: WebSocket, query: v.InferOutput<Q>): void;
}

/** Takes routes; hears of each for the document. */
export interface Routes {
  add<
    R extends Schema,
    P extends Schema = Nothing,
    Q extends Schema = Nothing,
    B extends Schema = Nothing,
  >(
    route: Route<P, Q, B, R>,
  ): void;
  addFile<Q extends Schema = Nothing>(route: FileRoute<Q>): void;
}

/** A route where it is added to, and found again by the document. */
export interface RouteConfig {
  readonly facts: RouteFacts;
}

/** Adds routes to an app, and to `documented`. */
export function routesOf(app: FastifyInstance, documented: RouteFacts[]): Routes {
  const optionsOf = (facts: RouteFacts) => {
    const { method, path, params, query, body } = facts;
    documented.push(facts);
    return {
      method,
      url: path,
      config: { facts } satisfies RouteConfig as object,
      schema: {
        ...(params !== undefined && { params }),
        ...(query !== undefined && { querystring: query }),
        ...(body !== undefined && { body }),
      },
    };
  };
  return {
    add(route) {
      app.route({
        ...optionsOf(route),
        handler: async (request, reply) => {
          const answer = await route.handle(callOf(request, reply));
          if (isProblem(answer)) return sendProblem(reply, answer);
          const body = JSON.stringify(v.parse(route.answer, answer));
          return reply.type('application/json').send(body);
        },
      });
    },
    addFile(route) {
      const { media = 'application/json' } = route;
      app.route({
        ...optionsOf(route),
        handler: async (request, reply) => {
          const answer = await (route.handle?.(callOf(request, reply)) ??
            problem('upgrade-required'));
          if (isProblem(answer)) return sendProblem(reply, answer);
          return reply.type(media).send(answer.content);
        },
        ...(route.connect !== undefined && {
          wsHandler: (socket: WebSocket, request: FastifyRequest) =>
            route.connect?.(socket, request.query as never),
        }),
      });
    },
  };
}

function callOf<P, Q, B>(request: FastifyRequest, reply: FastifyReply): Call<P, Q, B> {
  return {
    params: request.params as P,
    query: request.query as Q,
    body: request.body as B,
    signal: goneSignal(reply),
    reply,
  };
}

/** Aborts where the connection ends before the answer. */
function goneSignal({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
