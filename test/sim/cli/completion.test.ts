import { execFileSync } from 'node:child_process';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import { completionScript, shells } from '#sim/cli/completion';
import { registerCompletion } from '#sim/cli/commands/completion';
import { registerRun } from '#sim/cli/commands/run';
import { registerStart } from '#sim/cli/commands/start';

function program(): Command {
  const whole = new Command('nasboard').option('--verbose', 'show the stack');
  registerStart(whole);
  registerRun(whole);
  registerCompletion(whole);
  whole.command('board').command('lint').option('--json', "a program's report");
  return whole;
}

/** What Bash offers for a line whose last word is being typed. */
function offered(...words: string[]): readonly string[] {
  const script = `${completionScript(program(), 'bash')}
COMP_WORDS=(${['nasboard', ...words].map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length}
_nasboard
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', ['-c', script], { encoding: 'utf8' }).trim().split('\n');
}

describe('the completion of Bash', () => {
  it('offers commands first', () => {
    expect(offered('r')).toEqual(['run']);
    expect(offered('')).toEqual(expect.arrayContaining(['start', 'run', 'board', '--verbose']));
  });

  it('offers the options of the command that is typed, and of one inside another', () => {
    expect(offered('run', '--jun')).toEqual(['--junit']);
    expect(offered('run', 'a.yaml', '--seed')).toEqual(['--seed', '--seeds']);
    expect(offered('board', '')).toContain('lint');
    expect(offered('board', 'lint', '--j')).toEqual(['--json']);
  });

  it('offers the values that an option or a parameter may have', () => {
    expect(offered('start', '--ntp-driver', 's')).toEqual(['sntp']);
    expect(offered('completion', '')).toEqual(expect.arrayContaining([...shells]));
  });

  it('offers files where no word fits', () => {
    expect(offered('run', 'package.js')).toEqual(['package.json']);
  });
});

describe('the scripts', () => {
  it.each(shells)('name every command: %s', (shell) => {
    const script = completionScript(program(), shell);
    for (const word of ['start', 'run', 'board', 'lint', 'junit']) expect(script).toContain(word);
  });

  it('of zsh use those of Bash', () => {
    const script = completionScript(program(), 'zsh');
    expect(script).toMatch(/^#compdef nasboard\nautoload -U \+X bashcompinit/);
    expect(script).toContain(completionScript(program(), 'bash'));
  });

  it('of fish quote what people are told', () => {
    expect(completionScript(program(), 'fish')).toContain(
      "complete -c nasboard -n '__fish_seen_subcommand_from lint' -l json -d 'a program\\'s report'",
    );
  });
});
