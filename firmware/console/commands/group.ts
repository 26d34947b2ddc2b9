import { change, type CommandContext } from '../command.ts';
import { confirm, type Dialogue, type Verdict } from '../dialogue.ts';
import { tableText } from '../table.ts';
import { verbCommand } from '../verbs.ts';

/** `group`: the groups of users. */
export const group = verbCommand(
  {
    name: 'group',
    summary: 'lists, creates and removes groups, and who is in them',
    details: ['Members of "administrators" are administrators; "everyone" holds every user.'],
    isForAdministrators: true,
  },
  [
    {
      name: 'list',
      form: '',
      argumentsMin: 0,
      argumentsMax: 0,
      run: (_, context) => list(context),
    },
    {
      name: 'create',
      form: 'NAME',
      argumentsMin: 1,
      argumentsMax: 1,
      run: ([name = ''], context) => create(name, context),
    },
    {
      name: 'delete',
      form: 'NAME',
      argumentsMin: 1,
      argumentsMax: 1,
      run: ([name = ''], context) => remove(name, context),
    },
    {
      name: 'add',
      form: 'GROUP USER',
      argumentsMin: 2,
      argumentsMax: 2,
      run: ([name = '', user = ''], context) => addMember({ group: name, user }, context),
    },
    {
      name: 'remove',
      form: 'GROUP USER',
      argumentsMin: 2,
      argumentsMax: 2,
      run: ([name = '', user = ''], context) => removeMember({ group: name, user }, context),
    },
  ],
);

interface Membership {
  readonly group: string;
  readonly user: string;
}

function list(context: CommandContext): Verdict {
  const rows = context.services.accounts
    .groups()
    .map(({ name, members }) => [name, members.join(', ')]);
  context.print(tableText([['GROUP', 'MEMBERS'], ...rows]));
  return 'done';
}

function create(name: string, context: CommandContext): Verdict {
  change(context, { category: 'accounts', text: `group ${name} created` }, () =>
    context.services.accounts.createGroup(name),
  );
  return 'done';
}

function* remove(name: string, context: CommandContext): Dialogue {
  if (!(yield* confirm(`Delete the group ${name}?`))) return 'done';
  change(context, { category: 'accounts', text: `group ${name} deleted` }, () =>
    context.services.accounts.removeGroup(name),
  );
  return 'done';
}

function addMember(member: Membership, context: CommandContext): Verdict {
  const text = `user ${member.user} added to group ${member.group}`;
  change(context, { category: 'accounts', text }, () =>
    context.services.accounts.addMember(member),
  );
  return 'done';
}

function removeMember(member: Membership, context: CommandContext): Verdict {
  const text = `user ${member.user} removed from group ${member.group}`;
  change(context, { category: 'accounts', text }, () =>
    context.services.accounts.removeMember(member),
  );
  return 'done';
}
