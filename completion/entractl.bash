# Completion of entractl(1) for bash.
#
# Commands and options are those that `entractl --help` prints, so that they are never other than
# the program's. Tenants, jobs and snapshots are the daemon's, if it answers within a second. It is
# the entractl on PATH that is asked: Tab must not run a program that is only being typed.

_entractl_commands() {
  entractl --help 2>/dev/null | sed -nE 's/^  ([a-z]+( [a-z]+)?)( .*)?$/\1/p'
}

# _entractl_options COMMAND: one a line, with the placeholder of its value and the words that the
# value may be, as far as help says.
_entractl_options() {
  printf '%s\n' '--socket FILE' '-t T' '--tenant T' --json --no-color --help --version
  # shellcheck disable=SC2086 # a command may be of two words
  entractl $1 --help 2>/dev/null |
    sed -nE 's/^  (--[^ ]+)( ([A-Z]+)(:\{(.*)\})?(=.*)?)?( .*)?$/\1 \3 \5/p'
}

# _entractl_ask FIELD WORD...: that field of each element in the list that the daemon answers with.
# The depth of the indentation tells it from fields within.
_entractl_ask() {
  local field=$1
  shift
  timeout 1 entractl "${reach[@]}" --json "$@" 2>/dev/null </dev/null |
    sed -nE "s/^ {6}\"$field\": \"?([^\",]+)\"?,?\$/\1/p"
}

_entractl_snapshots() { _entractl_ask number snapshots list | sort -rn; }

# _entractl_values COMMAND OPTION PLACEHOLDER: what may stand behind the option.
_entractl_values() {
  case "$1 $2" in
    'snapshots diff --kind')
      printf '%s\n' user group administrativeUnit roleDefinition servicePrincipal subscribedSku \
        domain application
      ;;
    'jobs retry --outcome') printf '%s\n' partial impossible failed skipped ;;
    'jobs retry --kind')
      printf '%s\n' conflict failedPrecondition graphRefused graphUnavailable invalidArgument \
        notFound permissionDenied throttled timedOut
      ;;
    'restore --attributes') printf '%s\n' overwrite merge ;;
    'restore --apply') _entractl_ask id jobs list --open ;;
    *' -t' | *' --tenant' | *' --to-tenant') _entractl_ask name tenants list ;;
    'users diff --to') echo live && _entractl_snapshots ;;
    *) if [ "$3" = WHEN ]; then _entractl_snapshots; fi ;;
  esac
}

# _entractl_arguments COMMAND N: what may stand behind the command and N arguments.
_entractl_arguments() {
  case "$1 $2" in
    'snapshots list '* | 'snapshots calendar '* | 'jobs list '*) ;;
    'snapshots prune '* | 'snapshots diff 1' | 'snapshots '*' 0') _entractl_snapshots ;;
    'jobs '*' 0') _entractl_ask id jobs list ;;
  esac
}

# Offers those lines that go on from what is typed.
_entractl_offer() {
  local line
  while read -r line; do
    if [ -n "$line" ] && [[ $line == "$typed"* ]]; then COMPREPLY+=("$line"); fi
  done
}

_entractl_offer_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$typed")
}

# _entractl_next_words COMMANDS WORDS: those that lead on to a command.
_entractl_next_words() {
  local line
  while read -r line; do
    if [[ $line == "$2"* ]]; then
      line=${line#"$2"}
      echo "${line%% *}"
    fi
  done <<<"$1" | uniq
}

_entractl() {
  local typed=${COMP_WORDS[COMP_CWORD]} words=() reach=() names=() word last=
  COMPREPLY=()
  if [ "$typed" = = ]; then typed=; fi
  for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    if [ "$word" != = ]; then words+=("$word"); fi # --at=41 comes as three words
  done
  for word in "${words[@]}"; do
    case $last in
      -t | --tenant | --socket) reach+=("$last" "$word") ;;
      *) if [[ $word != -* ]]; then names+=("$word"); fi ;;
    esac
    last=$word
  done

  local commands command
  commands=$(_entractl_commands)
  for command in "${names[*]:0:2}" "${names[0]}" ''; do
    if grep -qxF -- "$command" <<<"$commands"; then break; fi
  done

  local option place choice
  local -A places=() choices=()
  while read -r option place choice; do
    places[$option]=$place choices[$option]=$choice
  done < <(_entractl_options "$command")

  place=${places[${last:--}]}
  if [ "$place" = FILE ] || [[ $last == *[\<\>] ]]; then
    _entractl_offer_files
  elif [ -n "$place" ]; then
    _entractl_offer < <(
      tr , '\n' <<<"${choices[$last]}"
      _entractl_values "$command" "$last" "$place"
    )
  elif [[ $typed == -* ]]; then
    _entractl_offer < <(printf '%s\n' "${!places[@]}" | sort)
  elif [ -z "$command" ]; then
    _entractl_offer < <(_entractl_next_words "$commands" "${names[*]}${names:+ }")
  else
    local behind=0
    if [[ $command == *' '* ]]; then behind=-1; fi
    last=
    for word in "${words[@]}"; do
      if [[ $word != -* ]] && [ -z "${places[${last:--}]}" ]; then behind=$((behind + 1)); fi
      last=$word
    done
    _entractl_offer < <(_entractl_arguments "$command" $((behind - 1)))
  fi
}

complete -o nosort -F _entractl entractl
