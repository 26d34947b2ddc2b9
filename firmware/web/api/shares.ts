import * as v from 'valibot';
import { change } from './changes.ts';
import type { Routes } from './route.ts';
import { named, typed } from './schemas.ts';

const access = v.picklist(['none', 'read', 'write']);

const share = v.strictObject({
  name: v.string(),
  rights: v.array(
    v.strictObject({ holder: v.picklist(['user', 'group']), name: v.string(), access }),
  ),
});

const rightBody = v.strictObject({
  to: v.union([v.strictObject({ user: typed }), v.strictObject({ group: typed })]),
  /** `unset` takes a right away that was given. */
  access: v.picklist(['none', 'read', 'write', 'unset']),
});

const category = 'shares';

/** The shared folders, for administrators. */
export function addShares(routes: Routes): void {
  const common = { tag: 'shared folders', access: 'administrator' } as const;
  routes.add({
    ...common,
    method: 'GET',
    path: '/shares',
    summary: 'Every shared folder with the rights given in it',
    answer: v.strictObject({ shares: v.array(share) }),
    handle: ({ services: { shares } }) => ({
      shares: shares.list().map(({ name }) => ({ name, rights: [...(shares.rights(name) ?? [])] })),
    }),
  });
  routes.add({
    ...common,
    method: 'POST',
    path: '/shares',
    summary: 'Creates a shared folder',
    description: 'Data of an earlier folder of that name is there again.',
    body: named,
    status: 201,
    problems: ['name-invalid', 'name-taken'],
    handle: (call) => {
      const { body, services } = call;
      const entry = { category, text: `shared folder ${body.name} created` };
      return change(call, category, (step) => step(services.shares.create(body.name), entry));
    },
  });
  routes.add({
    ...common,
    method: 'DELETE',
    path: '/shares/:name',
    summary: 'Deletes a shared folder; its data stays',
    params: named,
    problems: ['not-found'],
    handle: (call) => {
      const { params, services } = call;
      const entry = { category, text: `shared folder ${params.name} deleted` };
      return change(call, category, (step) => step(services.shares.remove(params.name), entry));
    },
  });
  routes.add({
    ...common,
    method: 'PUT',
    path: '/shares/:name/rights',
    summary: 'Gives a right in a shared folder',
    params: named,
    body: rightBody,
    problems: ['not-found'],
    handle: (call) => {
      const { params, body, services } = call;
      const whom = 'user' in body.to ? body.to.user : `@${body.to.group}`;
      const text = `shared folder ${params.name}: access of ${whom} is now ${body.access}`;
      const right = { share: params.name, to: body.to, access: body.access };
      return change(call, category, (step) =>
        step(services.shares.grant(right), { category, text }),
      );
    },
  });
}
