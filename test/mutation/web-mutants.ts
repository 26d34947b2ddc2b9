import type { Mutant } from './mutants.ts';

const security = 'test/firmware/web/security.test.ts';
const qtsLogin = 'test/firmware/web/qts/login.test.ts';
const qtsLogout = 'test/firmware/web/qts/logout.test.ts';
const secondStep = 'test/firmware/web/qts/second-step.test.ts';
const management = 'test/firmware/web/qts/management.test.ts';
const parameters = 'test/firmware/web/qts/parameters.test.ts';
const xml = 'test/firmware/web/qts/xml.test.ts';
const ui = 'test/firmware/web/ui-routes.test.ts';
const ownTwoStep = 'test/firmware/web/api/two-step.test.ts';

/** The web server, its pages and the QTS API. */
export const ofWeb: readonly Mutant[] = [
  {
    what: 'a password in clear is taken from any address',
    file: 'firmware/web/qts/password.ts',
    text: "isLoopback(address) ? parameters.get('plain_pwd') : undefined",
    replacement: "parameters.get('plain_pwd')",
    tests: [qtsLogin],
  },
  {
    what: 'a text can close its CDATA section',
    file: 'firmware/web/qts/xml.ts',
    text: ".replaceAll(']]>', ']]]]><![CDATA[>')",
    replacement: '',
    tests: [xml],
  },
  {
    what: 'of a parameter that comes twice the last one counts',
    file: 'firmware/web/qts/parameters.ts',
    text: ' || parameters.has(name)',
    replacement: '',
    tests: [parameters],
  },
  {
    what: 'a query hides what the body says',
    file: 'firmware/web/qts/parameters.ts',
    text: 'if (one.has(name)) return undefined;',
    replacement: '',
    tests: [parameters],
  },
  {
    what: 'each call leaves a sign-in pending',
    file: 'firmware/web/qts/login.ts',
    text: 'services.signIn.drop(outcome.pendingId);',
    replacement: '',
    tests: [secondStep],
  },
  {
    what: 'a client can force nothing',
    file: 'firmware/web/qts/login.ts',
    text: "isOn(call, 'force_to_check_2sv') ? undefined : ",
    replacement: '',
    tests: [secondStep],
  },
  {
    what: 'every device is remembered',
    file: 'firmware/web/qts/login.ts',
    text: "rememberDevice: isOn(call, 'dont_verify_2sv_again')",
    replacement: 'rememberDevice: true',
    tests: [secondStep],
  },
  {
    what: 'the password on the label is remembered',
    file: 'firmware/web/qts/login.ts',
    text: 'session.limitedTo === undefined ? ',
    replacement: 'session !== undefined ? ',
    tests: [qtsLogin],
  },
  {
    what: 'a session that may only change the password reads everything',
    file: 'firmware/web/qts/management.ts',
    text: 'if (limitedTo !== undefined)',
    replacement: 'if (limitedTo === null)',
    tests: [qtsLogin],
  },
  {
    what: 'anybody who is signed in reads everything',
    file: 'firmware/web/qts/management.ts',
    text: '!user.isAdministrator',
    replacement: '!user.name',
    tests: [management],
  },
  {
    what: 'a limited session ends all others',
    file: 'firmware/web/qts/logout.ts',
    text: ' || limitedTo !== undefined',
    replacement: '',
    tests: [qtsLogout],
  },
  {
    what: 'the deny list lets sessions through',
    file: 'firmware/web/security.ts',
    text: 'if (!gate.isAllowed(request.ip)) throw new AddressNotAllowed();',
    replacement: '',
    tests: [security],
  },
  {
    what: 'an address may ask as often as it likes',
    file: 'firmware/web/security.ts',
    text: 'if (waitMs > 0) throw new TooManyRequests(waitMs);',
    replacement: '',
    tests: [security],
  },
  {
    what: 'a bug is kept from the appliance',
    file: 'firmware/web/security.ts',
    text: 'control.reportBug(error);',
    replacement: '',
    tests: [security],
  },
  {
    what: 'a request is answered while the appliance restarts',
    file: 'firmware/web/serving.ts',
    text: "state === 'ready' || state === 'resetting-basic'",
    replacement: "state !== 'halted'",
    tests: [security],
  },
  {
    what: 'the old system port stays open',
    file: 'firmware/web/web-server.ts',
    text: 'await before?.close();',
    replacement: '',
    tests: [security],
  },
  {
    what: 'a taken port is never tried again',
    file: 'firmware/web/web-server.ts',
    text: 'retry = clock.setTimeout(() => queue(() => move(port, false)), retryMs);',
    replacement: '',
    tests: [security],
  },
  {
    what: 'the page may have styles within',
    file: 'firmware/web/ui-routes.ts',
    text: '"style-src \'self\'"',
    replacement: "\"style-src 'self' 'unsafe-inline'\"",
    tests: [ui],
  },
  {
    what: 'the page may be framed',
    file: 'firmware/web/ui-routes.ts',
    text: '"frame-ancestors \'none\'"',
    replacement: '"frame-ancestors *"',
    tests: [ui],
  },
  {
    what: 'scripts read the token of a remembered device',
    file: 'firmware/web/api/device-cookie.ts',
    text: 'httpOnly: true',
    replacement: 'httpOnly: false',
    tests: [ownTwoStep],
  },
  {
    what: 'the token of a remembered device is told to the page as well',
    file: 'firmware/web/api/login.ts',
    text: 'device: { token: null, expires',
    replacement: 'device: { token: outcome.device.token, expires',
    tests: [ownTwoStep],
  },
];
