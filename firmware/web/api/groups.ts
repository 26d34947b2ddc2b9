import * as v from 'valibot';
import { change } from './changes.ts';
import type { Routes } from './route.ts';
import { named, typed } from './schemas.ts';

const group = v.strictObject({
  name: v.string(),
  isBuiltIn: v.boolean(),
  members: v.array(v.string()),
});

const category = 'accounts';

/** The groups of users, for administrators. */
export function addGroups(routes: Routes): void {
  const common = { tag: 'groups', access: 'administrator' } as const;
  routes.add({
    ...common,
    method: 'GET',
    path: '/groups',
    summary: 'Every group with its members',
    answer: v.strictObject({ groups: v.array(group) }),
    handle: ({ services }) => ({
      groups: services.accounts
        .groups()
        .map(({ name, isBuiltIn, members }) => ({ name, isBuiltIn, members: [...members] })),
    }),
  });
  routes.add({
    ...common,
    method: 'POST',
    path: '/groups',
    summary: 'Creates a group',
    body: named,
    status: 201,
    problems: ['name-invalid', 'name-taken'],
    handle: (call) => {
      const { body, services } = call;
      const entry = { category, text: `group ${body.name} created` };
      return change(call, category, (step) =>
        step(services.accounts.createGroup(body.name), entry),
      );
    },
  });
  routes.add({
    ...common,
    method: 'DELETE',
    path: '/groups/:name',
    summary: 'Deletes a group; its members stay as users',
    params: named,
    problems: ['not-found', 'built-in'],
    handle: (call) => {
      const { params, services } = call;
      const entry = { category, text: `group ${params.name} deleted` };
      return change(call, category, (step) =>
        step(services.accounts.removeGroup(params.name), entry),
      );
    },
  });
  addMembers(routes);
}

function addMembers(routes: Routes): void {
  const common = {
    tag: 'groups',
    access: 'administrator',
    path: '/groups/:name/members/:user',
    params: v.strictObject({ name: typed, user: typed }),
  } as const;
  routes.add({
    ...common,
    method: 'PUT',
    summary: 'Makes a user a member of a group',
    problems: ['not-found'],
    handle: (call) => {
      const { params, services } = call;
      const entry = { category, text: `user ${params.user} added to group ${params.name}` };
      const member = { group: params.name, user: params.user };
      return change(call, category, (step) => step(services.accounts.addMember(member), entry));
    },
  });
  routes.add({
    ...common,
    method: 'DELETE',
    summary: 'Takes a user out of a group',
    problems: ['not-found', 'built-in', 'last-administrator'],
    handle: (call) => {
      const { params, services } = call;
      const entry = { category, text: `user ${params.user} removed from group ${params.name}` };
      const member = { group: params.name, user: params.user };
      return change(call, category, (step) => step(services.accounts.removeMember(member), entry));
    },
  });
}
