import type { CommandSpec } from '../../command/command-spec.js';

export const completion: CommandSpec = {
  name: 'completion',
  group: 'Care',
  summary: 'print a script that completes command lines in your shell',
  arguments: [{ name: '<shell>', summary: 'bash, zsh or fish' }],
  examples: [
    'completion bash > ~/.local/share/bash-completion/completions/reskue',
    'completion fish > ~/.config/fish/completions/reskue.fish',
  ],
  load: () => import('./completion-action.js').then(({ run }) => run),
};
