import type { CommandContext } from '../../command/command-context.js';
import type { CommandSpec } from '../../command/command-spec.js';
import { CommandStop } from '../../command/command-stop.js';
import { exitCodes } from '../../command/exit-codes.js';
import { commands } from '../../commands.js';
import { globalOptions } from '../../config/connection-config.js';

export async function run({ args, out }: CommandContext): Promise<undefined> {
  const writers: Readonly<Record<string, () => string>> = { bash, zsh, fish };
  const shell = args[0] ?? '';
  const write = Object.hasOwn(writers, shell) ? writers[shell] : undefined;
  if (write === undefined)
    throw new CommandStop(exitCodes.usage, `expected bash, zsh or fish, got "${shell}"`);
  await out.line(write());
}

/** First words, and the words that may follow each: second words and long options. */
function words(): { first: readonly CommandSpec[]; after: Map<string, string[]> } {
  const first = commands.filter(({ name }) => !name.includes(' '));
  const after = new Map<string, string[]>();
  for (const { name, options = [] } of commands) {
    const [one = '', two] = name.split(' ');
    const list = after.get(one) ?? [];
    after.set(one, [...new Set([...list, ...(two === undefined ? [] : [two]), ...options.map(longOf)])]);
  }
  return { first, after };
}

const longOf = ({ flags }: { flags: string }): string => /--[a-z-]+/.exec(flags)?.[0] ?? '';
const globals = (): string => globalOptions.map(longOf).join(' ');

function bash(): string {
  const { first, after } = words();
  const cases = [...after].map(([name, list]) => `    ${name}) words="${list.join(' ')}" ;;`).join('\n');
  return `# reskue completion bash
_reskue() {
  local current="\${COMP_WORDS[COMP_CWORD]}" words=""
  if [ "$COMP_CWORD" -eq 1 ]; then
    words="${first.map(({ name }) => name).join(' ')} help"
  else
    case "\${COMP_WORDS[1]}" in
${cases}
    esac
  fi
  COMPREPLY=($(compgen -W "$words ${globals()} --help" -- "$current"))
}
complete -o default -F _reskue reskue`;
}

function zsh(): string {
  const { first, after } = words();
  const quoted = (text: string) => text.replaceAll("'", "'\\''").replaceAll(':', '\\:');
  const list = first.map(({ name, summary }) => `    '${name}:${quoted(summary)}'`).join('\n');
  const cases = [...after].map(([name, more]) => `    ${name}) compadd -- ${more.join(' ')} ;;`).join('\n');
  return `#compdef reskue
_reskue() {
  local -a commands
  commands=(
${list}
  )
  if (( CURRENT == 2 )); then
    _describe command commands
    return
  fi
  case "$words[2]" in
${cases}
  esac
  compadd -- ${globals()} --help
  _files
}
compdef _reskue reskue`;
}

function fish(): string {
  const { first, after } = words();
  const quoted = (text: string) => text.replaceAll('\\', '\\\\').replaceAll("'", "\\'");
  const lines = first.map(
    ({ name, summary }) =>
      `complete -c reskue -n __fish_use_subcommand -f -a ${name} -d '${quoted(summary)}'`,
  );
  for (const [name, list] of after) {
    for (const word of list) {
      const what = word.startsWith('--') ? `-l ${word.slice(2)}` : `-f -a ${word}`;
      lines.push(`complete -c reskue -n '__fish_seen_subcommand_from ${name}' ${what}`);
    }
  }
  for (const option of globalOptions) {
    lines.push(`complete -c reskue -l ${longOf(option).slice(2)} -d '${quoted(option.summary)}'`);
  }
  return ['# reskue completion fish', ...lines].join('\n');
}
