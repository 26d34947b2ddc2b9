import { Argument, type Command } from 'commander';
import { completionScript, type Shell, shells } from '../completion.ts';

const details = `
Examples:
  source <(nasboard completion bash)              in ~/.bashrc
  nasboard completion zsh > ~/.zfunc/_nasboard    where ~/.zfunc is in fpath, before compinit
  nasboard completion fish > ~/.config/fish/completions/nasboard.fish`;

/** Adds the command `completion`, to a program that has all its other commands. */
export function registerCompletion(program: Command): void {
  program
    .command('completion')
    .description('a script for your shell, so that Tab completes commands and options')
    .addArgument(new Argument('<shell>', 'which shell').choices(shells))
    .addHelpText('after', details)
    .action((shell: Shell) => {
      process.stdout.write(completionScript(program, shell));
    });
}
