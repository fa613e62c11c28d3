// The scripts by which shells complete `stint`. Each asks the installed `stint` at every completion, so a script that a person
// keeps in a file stays right after an update. The words of the command line and the answer are data: no script evaluates them.

export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

/** In place of candidates: the shell offers names of files. No candidate begins with a colon. */
export const FILES_LINE = ':files';

/** Also for bash 3.2, of macOS, which has neither mapfile nor compopt: there, the names of files are quoted here. */
const BASH = `# In ~/.bashrc: eval "$(stint completion bash)"
_stint_completion() {
  local line quote current="\${COMP_WORDS[COMP_CWORD]}"
  local -a words
  words=("\${COMP_WORDS[@]:1:COMP_CWORD}")
  COMPREPLY=()
  while IFS= read -r line; do
    if [ "$line" = ${FILES_LINE} ]; then
      [ "$current" = '=' ] && current=
      compopt -o filenames 2>/dev/null && quote='%s' || quote='%q'
      while IFS= read -r line; do
        COMPREPLY+=("$(printf "$quote" "$line")")
      done < <(compgen -f -- "$current")
    else
      COMPREPLY+=("$line")
    fi
  done < <(command stint completion bash --answer -- "\${words[@]}" 2>/dev/null)
}
complete -F _stint_completion stint`;

const ZSH = `#compdef stint
# In ~/.zshrc, after compinit: eval "$(stint completion zsh)"
_stint() {
  local line
  local -a found shown
  while IFS= read -r line; do
    if [[ $line == ${FILES_LINE} ]]; then
      compset -P '*='
      _files
      return
    fi
    found+=("\${line%%$'\\t'*}")
    if [[ $line == *$'\\t'* ]]; then
      shown+=("\${line%%$'\\t'*}  -- \${line#*$'\\t'}")
    else
      shown+=("$line")
    fi
  done < <(command stint completion zsh --answer -- "\${(@)words[2,CURRENT-1]}" "$PREFIX" 2>/dev/null)
  (( $#found )) && compadd -l -d shown -- "\${found[@]}"
}
if [[ \${funcstack[1]} == _stint ]]; then
  _stint "$@"
else
  (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
  compdef _stint stint
fi`;

const FISH = `# In ~/.config/fish/config.fish: stint completion fish | source
function __stint_completion
    set -l words (commandline -opc) (commandline -ct)
    set -l answer (command stint completion fish --answer -- $words[2..-1] 2>/dev/null)
    if test "$answer[1]" = ${FILES_LINE}
        __fish_complete_path (commandline -ct)
        return
    end
    test (count $answer) -gt 0; and printf '%s\\n' $answer
end
complete -c stint -f -a '(__stint_completion)'`;

export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
