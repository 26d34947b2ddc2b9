import swagger from '@fastify/swagger';
import type { FastifyInstance } from 'fastify';
import { addAccount } from './account.ts';
import { addEnrolment } from './enrolment.ts';
import { addGroups } from './groups.ts';
import { addInfo } from './info.ts';
import { addLog } from './log.ts';
import { addLogin } from './login.ts';
import { addMail } from './mail.ts';
import { addNetwork } from './network.ts';
import { addOwnPlaces } from './own-places.ts';
import { addOwnTwoStep } from './own-two-step.ts';
import { addPower } from './power.ts';
import { addSession } from './session.ts';
import { addSessions } from './sessions.ts';
import { addSettings } from './settings.ts';
import { addShares } from './shares.ts';
import { addTime } from './time.ts';
import { addTwoStep } from './two-step.ts';
import { addUsers } from './users.ts';
import { apiPrefix, documentOptions } from './document.ts';
import { answerFailure } from './failures.ts';
import { guard } from './guard.ts';
import { problem, sendProblem } from './problems.ts';
import { routesOf, type RouteFacts, type Routes } from './route.ts';
import { judgeInput, type Schema } from './validation.ts';

const resources: readonly ((routes: Routes) => void)[] = [
  addInfo,
  addLogin,
  addSession,
  addAccount,
  addOwnPlaces,
  addOwnTwoStep,
  addEnrolment,
  addUsers,
  addGroups,
  addShares,
  addTwoStep,
  addSessions,
  addSettings,
  addTime,
  addNetwork,
  addMail,
  addLog,
  addPower,
];

/** The JSON API of the appliance, below `/api/v1`. */
export async function registerApi(app: FastifyInstance): Promise<void> {
  await app.register(api, { prefix: apiPrefix });
}

async function api(app: FastifyInstance): Promise<void> {
  const documented: RouteFacts[] = [];
  // Forms and plain text are what pages of other sites can send without being asked.
  app.removeAllContentTypeParsers();
  const parseJson = app.getDefaultJsonParser('error', 'error');
  app.addContentTypeParser('application/json', { parseAs: 'string' }, parseJson);
  app.setValidatorCompiler<Schema>(({ schema, httpPart }) => judgeInput(schema, httpPart));
  app.decorateRequest('apiSession', undefined);
  app.addHook('onRequest', guard);
  app.setErrorHandler(answerFailure);
  app.setNotFoundHandler((_, reply) => sendProblem(reply, problem('not-found')));
  await app.register(swagger, documentOptions(documented));
  const routes = routesOf(app, documented);
  routes.addFile({
    method: 'GET',
    path: '/openapi.json',
    tag: 'appliance',
    summary: 'This API as an OpenAPI document',
    access: 'anyone',
    media: ['application/json'],
    handle: () => ({ type: 'application/json', content: JSON.stringify(app.swagger()) }),
  });
  for (const add of resources) add(routes);
}
