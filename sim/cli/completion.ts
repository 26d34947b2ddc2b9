import type { Command, Option } from 'commander';

/** Shells that can be told what may follow. */
export const shells = ['bash', 'zsh', 'fish'] as const;

/** One of them. */
export type Shell = (typeof shells)[number];

interface Entry {
  readonly path: readonly string[];
  readonly about: string;
  readonly words: readonly Word[];
}

interface Word {
  readonly text: string;
  readonly about: string;
  /** Options: whether a value follows, and which it may be. */
  readonly value?: 'any' | readonly string[] | undefined;
}

/** A script for a shell, made from the commands and options of a program. */
export function completionScript(program: Command, shell: Shell): string {
  const entries = entriesOf(program, []);
  return writers[shell](program.name(), entries);
}

const writers: Readonly<Record<Shell, (name: string, entries: readonly Entry[]) => string>> = {
  bash,
  zsh: (name, entries) =>
    `#compdef ${name}\nautoload -U +X bashcompinit && bashcompinit\n${bash(name, entries)}`,
  fish,
};

function entriesOf(command: Command, path: readonly string[]): readonly Entry[] {
  const commands = command.commands.filter((each) => each.name() !== 'help');
  const words = [
    ...commands.map((each) => ({ text: each.name(), about: each.description() })),
    ...command.registeredArguments.flatMap(({ argChoices = [], description }) =>
      argChoices.map((text) => ({ text, about: description })),
    ),
    ...command.createHelp().visibleOptions(command).map(wordOf),
  ];
  return [
    { path, about: command.description(), words },
    ...commands.flatMap((each) => entriesOf(each, [...path, each.name()])),
  ];
}

function wordOf({ long, short, description, required, optional, argChoices }: Option): Word {
  const value = required || optional ? (argChoices ?? 'any') : undefined;
  return { text: long ?? short ?? '', about: description, value };
}

/** Files are offered wherever no word fits: most parameters are files. */
function bash(name: string, entries: readonly Entry[]): string {
  const cases = entries.map(({ path, words }) => {
    const texts = words.map(({ text }) => text).join(' ');
    return `    '${path.join(' ')}') words='${texts}' ;;`;
  });
  const values = choicesOf(entries).map(
    ([option, choices]) => `    '${option}') words='${choices.join(' ')}' ;;`,
  );
  const paths = entries.map(({ path }) => `'${path.join(' ')}'`).join('|');
  return `# ${name}: completion. In ~/.bashrc: source <(${name} completion bash)
_${name}() {
  local words='' path='' word next
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}"
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    next="\${path:+$path }$word"
    case "$next" in ${paths}) path="$next" ;; esac
  done
  case "$path" in
${cases.join('\n')}
  esac
  case "$previous" in
${values.join('\n')}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
  if [ \${#COMPREPLY[@]} -eq 0 ]; then COMPREPLY=($(compgen -f -- "$current")); fi
}
complete -o filenames -F _${name} ${name}
`;
}

function choicesOf(
  entries: readonly Entry[],
): readonly (readonly [option: string, choices: readonly string[]])[] {
  const all = entries.flatMap(({ words }) =>
    words.flatMap(({ text, value }) =>
      Array.isArray(value) ? [[text, value as readonly string[]] as const] : [],
    ),
  );
  return [...new Map(all)];
}

function fish(name: string, entries: readonly Entry[]): string {
  const lines = entries.flatMap(({ path, words }) => {
    const [last] = path.slice(-1);
    const top = '__fish_use_subcommand';
    const condition = last === undefined ? top : `__fish_seen_subcommand_from ${last}`;
    return words.map(({ text, about, value }) => {
      const isOption = text.startsWith('--');
      const what = isOption ? `-l ${text.slice(2)}` : `-f -a ${text}`;
      const given =
        value === undefined ? '' : Array.isArray(value) ? ` -x -a '${value.join(' ')}'` : ' -r';
      const when = last === undefined && isOption ? '' : ` -n '${condition}'`;
      return `complete -c ${name}${when} ${what}${given} -d '${about.replaceAll("'", "\\'")}'`;
    });
  });
  return `# ${name}: completion. Save as ~/.config/fish/completions/${name}.fish\n${lines.join('\n')}\n`;
}
