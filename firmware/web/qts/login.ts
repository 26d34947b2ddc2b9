import type { User } from '../../accounts/accounts.ts';
import type { SecondStep, SignedIn } from '../../access/sign-in.ts';
import { firmware, hostName, model } from './about.ts';
import { isOn, wholeNumber, type Call } from './call.ts';
import { passwordOf } from './password.ts';
import { proofOf, secondStepElements } from './second-step.ts';
import { notPassed, sessionOf, who } from './who.ts';
import type { XmlElement } from './xml.ts';

/** From that number on, a service wants to know who somebody is, and no session. */
const firstServiceWithoutSession = 100;

const clientIdBytes = 16;

/** `authLogin.cgi`: signs somebody in, or says whose a session is. */
export async function authLogin(call: Call): Promise<readonly XmlElement[]> {
  return call.parameters.has('user') ? signIn(call) : whoseSession(call);
}

function whoseSession(call: Call): readonly XmlElement[] {
  const session = sessionOf(call);
  if (session === undefined) return notPassed;
  const { services } = call.appliance;
  return [
    ['authPassed', 1],
    ['errorValue', 0],
    ...who(session.user, services),
    model(services),
    firmware,
    ['hostname', hostName(services)],
    ['webAccessPort', services.settings.get('network.systemPort')],
  ];
}

async function signIn(call: Call): Promise<readonly XmlElement[]> {
  const { parameters, address } = call;
  const { services } = call.appliance;
  const vtoken = isOn(call, 'force_to_check_2sv') ? undefined : parameters.get('vtoken');
  const qtoken = parameters.has('pwd') ? undefined : parameters.get('qtoken');
  const clientId = parameters.get('client_id') ?? '';
  const outcome = services.signIn.begin({
    name: parameters.get('user') ?? '',
    password: passwordOf(parameters, address),
    via: 'web',
    address,
    application: applicationOf(call),
    ...(vtoken !== undefined && { deviceToken: vtoken }),
    ...(qtoken !== undefined && { loginToken: { token: qtoken, clientId } }),
  });
  if (outcome.kind === 'refused') return notPassed;
  if (outcome.kind === 'signed-in') return admitted(call, outcome);
  try {
    return await secondStep(call, outcome);
  } finally {
    services.signIn.drop(outcome.pendingId);
  }
}

async function secondStep(call: Call, asked: SecondStep): Promise<readonly XmlElement[]> {
  const { signIn: door } = call.appliance.services;
  const { pendingId } = asked;
  const proof = proofOf(call);
  if (proof === undefined) {
    const sendResult = isOn(call, 'send_mail') ? await mailCode(call, pendingId) : undefined;
    return secondStepElements(call, asked, { errorValue: 0, sendResult });
  }
  const outcome = door.verify(pendingId, proof, {
    rememberDevice: isOn(call, 'dont_verify_2sv_again'),
    ...durationOf(call),
  });
  if (outcome.kind === 'signed-in') return admitted(call, outcome);
  return secondStepElements(call, door.pending(pendingId) ?? asked, { errorValue: -1 });
}

/** 1: sent; 0: not now; -1: this NAS sends no mail. */
async function mailCode({ appliance }: Call, pendingId: string): Promise<1 | 0 | -1> {
  const outcome = appliance.services.signIn.sendEmailCode(pendingId);
  if (!outcome.ok) return outcome.reason === 'no-mail' ? -1 : 0;
  return (await outcome.firstTry) === 'sent' ? 1 : 0;
}

function admitted(call: Call, { session, device }: SignedIn): readonly XmlElement[] {
  const { services } = call.appliance;
  const isWithoutSession = (wholeNumber(call, 'service') ?? 0) >= firstServiceWithoutSession;
  if (isWithoutSession) services.sessions.end(session.id);
  const clientId = isOn(call, 'gen_client_id')
    ? Buffer.from(services.board.random.bytes(clientIdBytes)).toString('hex')
    : call.parameters.get('client_id');
  const qtoken = session.limitedTo === undefined ? loginToken(call, session.user, clientId) : [];
  return [
    ['authPassed', 1],
    ...(isWithoutSession ? [] : ([['authSid', session.token]] as const)),
    ['errorValue', 0],
    ...who(session.user, services),
    ...qtoken,
    ...(device === undefined ? [] : ([['vtoken', device.token]] as const)),
    ...(clientId === undefined ? [] : ([['client_id', clientId]] as const)),
  ];
}

/** With `remme` 1 a token that stands in for the password from now on; with 0 there is none. */
function loginToken(call: Call, user: User, clientId = ''): readonly XmlElement[] {
  const { loginTokens } = call.appliance.services;
  const remme = call.parameters.get('remme');
  if (remme === '0') loginTokens.removeOfClient(user.id, clientId);
  if (remme !== '1') return [];
  const { address } = call;
  const application = applicationOf(call);
  const draft = { clientId, application, address, ...durationOf(call) };
  return [['qtoken', loginTokens.make(user, draft)]];
}

/** What the user works with, as lists of sessions and devices show it. */
function applicationOf({ parameters, agent }: Call): string {
  const named = ['client_app', 'client_agent', 'device'].map((name) => parameters.get(name));
  const names = [...named, agent];
  return names.find((name) => name !== undefined && name.trim() !== '') ?? 'QTS client';
}

function durationOf(call: Call): { readonly durationDays?: number } {
  const days = wholeNumber(call, 'duration');
  return days === undefined ? {} : { durationDays: days === -1 ? -1 : Math.max(1, days) };
}
