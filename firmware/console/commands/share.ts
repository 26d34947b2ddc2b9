import type { Answer } from '../../accounts/outcome.ts';
import type { RightHolder, SharePath } from '../../accounts/shares.ts';
import { change, misused, refuse, type CommandContext } from '../command.ts';
import { confirm, type Dialogue, type Verdict } from '../dialogue.ts';
import { tableText } from '../table.ts';
import { verbCommand } from '../verbs.ts';

/** More of a file than this does not belong on a serial line, bytes. */
const readMax = 16_384;

/** `share`: the shared folders and the files in them. */
export const share = verbCommand(
  {
    name: 'share',
    summary: 'shared folders: lists, creates, deletes, grants; files in them',
    details: [
      'create, delete, rights and grant need an administrator. delete keeps the data: a folder',
      'created again under its old name shows it.',
      'WHOM is a user, or a group with @ before it; "unset" takes a right away.',
    ],
    isForAdministrators: false,
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
      name: 'rights',
      form: 'NAME',
      argumentsMin: 1,
      argumentsMax: 1,
      run: ([name = ''], context) => showRights(name, context),
    },
    {
      name: 'grant',
      form: 'NAME WHOM none|read|write|unset',
      argumentsMin: 3,
      argumentsMax: 3,
      run: ([name = '', whom = '', access = ''], context) => grant(name, whom, access, context),
    },
    {
      name: 'files',
      form: 'NAME [DIRECTORY]',
      argumentsMin: 1,
      argumentsMax: 2,
      run: ([name = '', path = ''], context) => listFiles({ share: name, path }, context),
    },
    {
      name: 'read',
      form: 'NAME FILE',
      argumentsMin: 2,
      argumentsMax: 2,
      run: ([name = '', path = ''], context) => readFile({ share: name, path }, context),
    },
    {
      name: 'write',
      form: 'NAME FILE TEXT',
      argumentsMin: 3,
      argumentsMax: Number.POSITIVE_INFINITY,
      run: ([name = '', path = '', ...text], context) =>
        writeFile({ share: name, path }, text.join(' '), context),
    },
    {
      name: 'erase',
      form: 'NAME FILE',
      argumentsMin: 2,
      argumentsMax: 2,
      run: ([name = '', path = ''], context) => eraseFile({ share: name, path }, context),
    },
  ],
);

/** Whether the user manages shared folders; tells it, where not. */
function isManager(context: CommandContext): boolean {
  if (context.user.isAdministrator) return true;
  refuse(context, 'shares', 'Only administrators manage shared folders.');
  return false;
}

function list(context: CommandContext): Verdict {
  const { shares } = context.services;
  const rows = shares
    .list()
    .map(({ name }) => [name, shares.accessOf(context.user, name)] as const)
    .filter(([, access]) => context.user.isAdministrator || access !== 'none');
  context.print(tableText([['SHARED FOLDER', 'YOUR ACCESS'], ...rows]));
  return 'done';
}

function create(name: string, context: CommandContext): Verdict {
  if (!isManager(context)) return 'done';
  change(context, { category: 'shares', text: `shared folder ${name} created` }, () =>
    context.services.shares.create(name),
  );
  return 'done';
}

function* remove(name: string, context: CommandContext): Dialogue {
  if (!isManager(context)) return 'done';
  if (!(yield* confirm(`Delete the shared folder ${name}? Its data stays.`))) return 'done';
  change(context, { category: 'shares', text: `shared folder ${name} deleted` }, () =>
    context.services.shares.remove(name),
  );
  return 'done';
}

function showRights(name: string, context: CommandContext): Verdict {
  if (!isManager(context)) return 'done';
  const rights = context.services.shares.rights(name);
  if (rights === undefined) {
    context.print(`There is no shared folder "${name}".`);
    return 'done';
  }
  const rows = rights.map((right) => [
    right.holder === 'group' ? `@${right.name}` : right.name,
    right.access,
  ]);
  context.print(tableText([['WHOM', 'ACCESS'], ...rows]));
  return 'done';
}

function grant(name: string, whom: string, access: string, context: CommandContext): Verdict {
  if (access !== 'none' && access !== 'read' && access !== 'write' && access !== 'unset') {
    return misused(context, 'share', 'the access is none, read, write or unset');
  }
  if (!isManager(context)) return 'done';
  const to: RightHolder = whom.startsWith('@') ? { group: whom.slice(1) } : { user: whom };
  const text = `shared folder ${name}: access of ${whom} is now ${access}`;
  change(context, { category: 'shares', text }, () =>
    context.services.shares.grant({ share: name, to, access }),
  );
  return 'done';
}

function listFiles(at: SharePath, context: CommandContext): Verdict {
  const entries = granted(context, context.services.shares.listFiles(context.user, at));
  if (entries === undefined) return 'done';
  const rows = entries.map(({ name, kind, size }) =>
    kind === 'directory' ? [`${name}/`, ''] : [name, String(size)],
  );
  context.print(rows.length === 0 ? '(empty)' : tableText([['NAME', 'BYTES'], ...rows]));
  return 'done';
}

function readFile(at: SharePath, context: CommandContext): Verdict {
  const bytes = granted(context, context.services.shares.readFile(context.user, at));
  if (bytes === undefined) return 'done';
  const text = new TextDecoder().decode(bytes.subarray(0, readMax));
  context.print(text.replace(/\r\n/g, '\n').replace(/\n$/, ''));
  if (bytes.length > readMax) context.print(`(the first ${readMax} of ${bytes.length} bytes)`);
  return 'done';
}

function writeFile(at: SharePath, text: string, context: CommandContext): Verdict {
  const bytes = new TextEncoder().encode(`${text}\n`);
  change(context, { category: 'shares', text: `file ${at.share}/${at.path} written` }, () =>
    context.services.shares.writeFile(context.user, at, bytes),
  );
  return 'done';
}

function eraseFile(at: SharePath, context: CommandContext): Verdict {
  change(context, { category: 'shares', text: `file ${at.share}/${at.path} erased` }, () =>
    context.services.shares.removeFile(context.user, at),
  );
  return 'done';
}

/** What was asked for; undefined where it was refused, which is told. */
function granted<T>(context: CommandContext, answer: Answer<T>): T | undefined {
  if (answer.ok) return answer.value;
  refuse(context, 'shares', answer.text);
  return undefined;
}
