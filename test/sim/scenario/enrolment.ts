/** Steps after which `admin` has 2-step verification, `${totp(a)}` and the password of the name. */
export const password = 'Owner-2morrow';

const own = 'headers: { authorization: "Bearer ${token}" }';
const enrolment = '/api/v1/me/two-step/enrolment';

/** The same, as lines of a scenario file. */
export const enrolmentSteps: readonly string[] = [
  'wait-state: { appliance: ready }',
  login('${label.defaultPassword}'),
  `http: { method: PUT, path: /api/v1/me/password, ${own}, json: { currentPassword: "\${label.defaultPassword}", newPassword: ${password} } }`,
  login(password),
  `http: { method: POST, path: ${enrolment}, ${own}, json: { password: ${password} }, capture: { key: key } }`,
  'phone: { add: "${key}", as: a }',
  `http: { method: POST, path: ${enrolment}/confirm, ${own}, json: { code: "\${totp(a)}" }, expect: { status: 204 } }`,
  `http: { method: PUT, path: ${enrolment}/alternative, ${own}, json: { method: question, number: 2, answer: chess boxing } }`,
  `http: { method: POST, path: ${enrolment}/finish, ${own}, json: {}, expect: { status: 200 } }`,
];

function login(typed: string): string {
  return `http: { method: POST, path: /api/v1/login, json: { user: admin, password: "${typed}", token: true }, capture: { token: token } }`;
}
