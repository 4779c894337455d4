import type { CompletedCommand, Completes } from "./completed-commands.ts";

/** Every script asks the command itself for names, since they change with the registry. */
const ask = "finegauge shell-completion --names";

/** `bash`: a function that looks at the words so far. Of a list with commas the last part is completed. */
export function bashScript(commands: readonly CompletedCommand[]): string {
  return `# Completion of finegauge for bash: source <(finegauge shell-completion bash)
_finegauge_words() {
  local cur="$1" kind="$2" head="" word
  case "$kind" in
    files) COMPREPLY=($(compgen -f -- "$cur")); compopt -o filenames 2>/dev/null; return ;;
    models|evals)
      case "$cur" in *,*) head="\${cur%,*},"; cur="\${cur##*,}" ;; esac
      kind="$(${ask} "$kind" 2>/dev/null)" ;;
  esac
  COMPREPLY=($(compgen -W "$kind" -- "$cur"))
  [ -n "$head" ] && COMPREPLY=("\${COMPREPLY[@]/#/$head}")
  [ "\${#COMPREPLY[@]}" -eq 0 ] && [ "$2" = models ] && { COMPREPLY=($(compgen -f -- "$1")); compopt -o filenames 2>/dev/null; }
  return 0
}
_finegauge() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" command="\${COMP_WORDS[1]}" at=0 skip="" i
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then COMPREPLY=($(compgen -W "${commands.map(({ name }) => name).join(" ")} --help --version" -- "$cur")); return; fi
  case "$command" in
${commands.map(bashCommand).join("")}  esac
}
complete -F _finegauge finegauge
`;
}

function bashCommand({ name, options, words }: CompletedCommand): string {
  const flags = [...options.flatMap((option) => option.flags), "--help"];
  const withValue = options.filter((option) => option.value !== undefined);
  const values = withValue.map(
    (option) => `        ${option.flags.join("|")}) _finegauge_words "$cur" "${kind(option.value)}"; return ;;\n`,
  );
  const places = words.map(
    (word, at) => `        ${at === words.length - 1 ? "*" : at}) _finegauge_words "$cur" "${kind(word)}" ;;\n`,
  );
  const count =
    words.length < 2
      ? ""
      : `      for ((i = 2; i < COMP_CWORD; i++)); do
        if [ -n "$skip" ]; then skip=""; continue; fi
        case "\${COMP_WORDS[i]}" in
          ${withValue.flatMap((option) => option.flags).join("|")}) skip=yes ;;
          -*) ;;
          *) at=$((at + 1)) ;;
        esac
      done
`;
  return `    ${name})
      case "$prev" in
${values.join("")}      esac
      case "$cur" in -*) COMPREPLY=($(compgen -W "${flags.join(" ")}" -- "$cur")); return ;; esac
${count}${places.length === 0 ? "" : `      case "$at" in\n${places.join("")}      esac\n`}      ;;
`;
}

function kind(value: Completes | undefined): string {
  return typeof value === "string" ? value : (value ?? []).join(" ");
}

/** `zsh`: specifications for its own `_arguments`. */
export function zshScript(commands: readonly CompletedCommand[]): string {
  const quoted = (text: string) => `'${text.replaceAll("'", "'\\''")}'`;
  const plain = (text: string) => text.replaceAll(/[[\]:\\]/g, "\\$&");
  const action = (value: Completes) =>
    // A space: anything may stand there, and nothing is offered.
    value.length === 0
      ? " "
      : value === "files"
        ? "_files"
        : typeof value === "string"
          ? `_finegauge_${value}`
          : `(${value.join(" ")})`;
  const option = ({ flags, description, value }: CompletedCommand["options"][number]) =>
    flags.map((flag) => quoted(`*${flag}[${plain(description)}]${value === undefined ? "" : `:value:${action(value)}`}`));
  const words = (all: readonly Completes[]) =>
    all.map((word, at) => quoted(at === all.length - 1 ? `*:word:${action(word)}` : `${at + 1}:word:${action(word)}`));
  const cases = commands.map(
    (command) =>
      `    ${command.name}) _arguments -s ${[...command.options.flatMap(option), ...words(command.words)].join(" ")} ;;\n`,
  );
  return `#compdef finegauge
# Completion of finegauge for zsh: source <(finegauge shell-completion zsh), after compinit
_finegauge_names() { local -a names; names=(\${(f)"$(${ask} $1 2>/dev/null)"}); compset -P '*,'; compadd -a names }
_finegauge_models() { _finegauge_names models || _files }
_finegauge_evals() { _finegauge_names evals }
_finegauge() {
  local -a commands
  commands=(${commands.map(({ name, description }) => quoted(`${plain(name)}:${description}`)).join(" ")})
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${cases.join("")}  esac
}
compdef _finegauge finegauge
`;
}

/** `fish`: a line for each thing that can be typed. */
export function fishScript(commands: readonly CompletedCommand[]): string {
  const quoted = (text: string) => `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
  const lines = ["# Completion of finegauge for fish: finegauge shell-completion fish | source", "complete -c finegauge -f"];
  const offer = (value: Completes) =>
    value === "files" ? "-F" : `-a ${quoted(typeof value === "string" ? `(${ask} ${value} 2>/dev/null)` : value.join(" "))}`;
  for (const { name, description, options, words } of commands) {
    lines.push(`complete -c finegauge -n __fish_use_subcommand -a ${name} -d ${quoted(description)}`);
    const inside = `-n ${quoted(`__fish_seen_subcommand_from ${name}`)}`;
    for (const option of options) {
      const long = option.flags.filter((flag) => flag.startsWith("--")).map((flag) => `-l ${flag.slice(2)}`);
      const short = option.flags.filter((flag) => !flag.startsWith("--")).map((flag) => `-s ${flag.slice(1)}`);
      const value = option.value === undefined ? "" : ` -r ${offer(option.value)}`;
      lines.push(`complete -c finegauge ${inside} ${[...short, ...long].join(" ")}${value} -d ${quoted(option.description)}`);
    }
    for (const value of new Set(words.map(offer))) lines.push(`complete -c finegauge ${inside} ${value}`);
  }
  return `${lines.join("\n")}\n`;
}
