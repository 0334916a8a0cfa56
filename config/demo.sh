#!/usr/bin/env bash
# config/demo.sh: the first run, and the whole story from a backup to a proven restore.
#
#   config/demo.sh               builds, tells the story, cleans up; exit 0 only if the tenant is
#                                again exactly as it was
#   config/demo.sh --keep        leaves simulator and daemon running, and says what to try next
#   config/demo.sh --log FILE    keeps every exchange with Graph as JSON lines in FILE
#
# ENTRAD_BINARY_DIR=DIR takes programs that are already built.
#
# No real tenant is touched: Microsoft Graph is played by graphsim (tests/graphsim), with Graph's
# own limits (config/quotas.json). Both programs run their clocks 60 times as fast, so that waiting
# for a quota takes seconds in place of minutes.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
keep=no
exchange_log=
time_scale=60
while [ $# -gt 0 ]; do
  case $1 in
    --keep) keep=yes ;;
    --log)
      exchange_log=$(realpath -m "${2:?--log needs a file}")
      shift
      ;;
    -h | --help) sed -n '2,13s/^# \{0,1\}//p' "$0" && exit 0 ;;
    *) echo "demo.sh: unknown option $1 (see config/demo.sh --help)" >&2 && exit 2 ;;
  esac
  shift
done

work=
simulator_pid=
daemon_pid=
restore_options="--with-object --with-memberships --with-roles --with-auth-methods"

say() { printf '\n%s\n' "$*" | fold -s -w 98; }
chapter() { printf '\n=== %s\n' "$*"; }
fail() {
  printf '\ndemo: %s\n' "$*" >&2
  if [ -n "$work" ] && [ -s "$work/entrad.log" ]; then
    echo "demo: the last lines of entrad's log:" >&2
    tail -n 15 "$work/entrad.log" >&2
  fi
  exit 1
}

clean_up() {
  local status=$?
  trap - EXIT
  if [ $keep = yes ] && [ $status = 0 ]; then exit 0; fi
  for pid in $daemon_pid $simulator_pid; do
    kill "$pid" 2>/dev/null || true
    wait "$pid" 2>/dev/null || true
  done
  if [ -n "$work" ]; then rm -rf "$work"; fi
  exit $status
}
trap clean_up EXIT
trap 'exit 130' INT TERM

wait_for() { # wait_for PID WHAT COMMAND...: until the command succeeds, while the process lives
  local pid=$1 what=$2 tries=0
  shift 2
  until "$@" >/dev/null 2>&1; do
    kill -0 "$pid" 2>/dev/null || fail "$what ended before it was ready"
    tries=$((tries + 1))
    [ $tries -lt 600 ] || fail "$what was not ready after a minute"
    sleep 0.1
  done
}

type_in() { # shows a command as it would be typed, then runs it
  printf '\n$ %s\n' "$*"
  "$@" || fail "\"$*\" ended with exit code $?"
}

restore_as_planned() { # exit code 3 says that some part is another tool's to set; the proof judges
  printf '\n$ entractl restore --apply %s\n' "$1"
  local code=0 meaning="everything is restored"
  entractl restore --apply "$1" || code=$?
  if [ $code = 3 ]; then meaning="done, but for what is listed above"; fi
  case $code in
    0 | 3) printf '\n(exit code %s: %s)\n' $code "$meaning" ;;
    *) fail "the restore ended with exit code $code" ;;
  esac
}

graphsim_control() { # graphsim_control METHOD PATH [JSON]
  curl -sS --fail -X "$1" -H 'Content-Type: application/json' ${3:+--data "$3"} "$graph/_control$2"
}

build_programs() {
  if [ -n "${ENTRAD_BINARY_DIR:-}" ]; then return; fi
  chapter "Building (the first time takes a few minutes)"
  local started=$SECONDS
  "$top/config/install-packages.sh" build
  mkdir -p "$top/build"
  { cd "$top" && cmake --preset release && cmake --build --preset release \
    --target entrad entractl graphsim; } >"$top/build/log-demo.txt" 2>&1 || {
    tail -n 40 "$top/build/log-demo.txt" >&2
    fail "the build failed; the whole output is in build/log-demo.txt"
  }
  echo "entrad, entractl and graphsim are in build/release ($((SECONDS - started)) s)"
}

start_simulator() {
  local log=()
  if [ -n "$exchange_log" ]; then log=(--log "$exchange_log"); fi
  graphsim --http 0 --tenant aurora:users=1000,seed=7,groups=60 --time-scale $time_scale \
    --quotas "$top/config/quotas.json" --ready-file "$work/graphsim.json" "${log[@]}" \
    >"$work/graphsim.log" 2>&1 &
  simulator_pid=$!
  wait_for $simulator_pid graphsim test -s "$work/graphsim.json"
  graph=$(jq -r .http "$work/graphsim.json")
}

write_configuration() {
  graphsim_control GET /tenants >"$work/tenants.json"
  local purpose tenant='.tenants[0]'
  {
    printf '[daemon]\nstate_directory = "%s/state"\nsocket = "%s/entrad.sock"\n' "$work" "$work"
    printf 'quotas_file = "%s/config/quotas.json"\n' "$top"
    printf '\n[tenant.aurora]\ntenant_id = "%s"\n' "$(jq -r "$tenant.tenantId" "$work/tenants.json")"
    printf 'login_endpoint = "%s"\ngraph_endpoint = "%s"\n' "$graph" "$graph"
    for purpose in backup restore; do
      local app="$tenant.apps[] | select(.name == \"$purpose\")"
      (umask 077 && jq -r "$app | .secret" "$work/tenants.json" >"$work/$purpose.secret")
      printf '\n[tenant.aurora.%s]\nclient_id = "%s"\nclient_secret_file = "%s/%s.secret"\n' \
        $purpose "$(jq -r "$app | .clientId" "$work/tenants.json")" "$work" $purpose
    done
  } >"$work/entrad.toml"
}

start_daemon() {
  entrad --config "$work/entrad.toml" --time-scale $time_scale >"$work/entrad.log" 2>&1 &
  daemon_pid=$!
  wait_for $daemon_pid entrad entractl status
}

keep_evidence() { # keep_evidence NAME: the tenant's whole state as graphsim itself holds it
  graphsim_control GET '/tenants/aurora/dump?ids=false' >"$work/$1.json"
  graphsim_control GET /tenants/aurora/dump | jq -S '.users | map_values(.object.id)' >"$work/$1.ids"
}

tell_of_the_disaster() {
  local what='{"seed":1,"delete":250,"purge":50,"scramble":40,"removeMemberships":500,"removeRoles":20}'
  graphsim_control POST /tenants/aurora/disaster "$what" >"$work/disaster.json"
  jq -r '"  \(.deleted | length) users deleted (they are in the recycle bin)
  \(.purged | length) users deleted for good (no recycle bin brings these back)
  \(.scrambled | length) users with wrong or emptied attributes
  \(.membershipsRemoved) group memberships removed
  \(.rolesRemoved) admin role assignments removed"' "$work/disaster.json"
  keep_evidence damaged
  ! cmp -s "$work/before.json" "$work/damaged.json" || fail "the disaster changed nothing"
}

prove_it() {
  keep_evidence after
  jq -S . "$work/before.json" >"$work/before.txt"
  jq -S . "$work/after.json" >"$work/after.txt"
  if ! diff -u "$work/before.txt" "$work/after.txt" >"$work/difference.txt"; then
    head -n 60 "$work/difference.txt" >&2
    if [ -n "${ENTRAD_DEMO_EVIDENCE:-}" ]; then cp -r "$work" "$ENTRAD_DEMO_EVIDENCE"; fi
    fail "the tenant is not as it was before: the difference is above"
  fi
  cmp -s "$work/before.json" "$work/after.json" || fail "the dumps differ"
  echo "  the tenant before and after, $(wc -c <"$work/after.json") bytes each: equal, byte for byte"
  local counts
  counts=$(jq -r --slurpfile old "$work/before.ids" --slurpfile lost "$work/disaster.json" '
    . as $new | [$lost[0].purged[].userPrincipalName] as $purged
    | [$old[0] | to_entries[] | . + {purged: (.key | IN($purged[])), same: ($new[.key] == .value)}]
    | "\(map(select(.same)) | length) \(map(select(.same | not)) | length) "
      + "\(map(select(.same == .purged)) | length)"' "$work/after.ids")
  local same changed wrong
  read -r same changed wrong <<<"$counts"
  [ "$wrong" = 0 ] || fail "$wrong users have an unexpected object id"
  echo "  $same users have the object id that they always had; the $changed that had been deleted for" \
    "good have new ones"
  local doubled
  doubled=$(graphsim_control GET /counters | jq .duplicateUserPrincipalNames)
  [ "$doubled" = 0 ] || fail "$doubled users exist twice"
  echo "  no user exists twice"
}

hints() {
  cat <<END

Simulator and daemon are still running, in $work.
In this directory, for a start:

  export PATH="$binaries:\$PATH" ENTRAD_SOCKET="$work/entrad.sock"
  entractl status
  entractl users list --search an
  entractl users show $1
  entractl users methods $1
  entractl jobs list
  entractl tenants check

Delete somebody behind entrad's back, then bring them back:

  curl -X POST -H 'Content-Type: application/json' --data '{"seed":2,"delete":1,"purge":1}' \\
    $graph/_control/tenants/aurora/disaster
  entractl restore --all $restore_options

Kill the daemon in the middle of that, and start it again: the restore goes on by itself.

  kill -9 $daemon_pid
  entrad --config $work/entrad.toml --time-scale $time_scale &

When you have seen enough:

  kill $daemon_pid $simulator_pid; rm -r $work
END
}

build_programs
started=$SECONDS
work=$(mktemp -d "${TMPDIR:-/tmp}/entrad-demo.XXXXXX")
binaries=${ENTRAD_BINARY_DIR:-$top/build/release}
export PATH="$binaries:$PATH" ENTRAD_SOCKET="$work/entrad.sock"

chapter "A tenant, and a daemon that looks after it"
say "graphsim plays Microsoft Graph for the tenant aurora: 1,000 users with groups, admin roles," \
  "managers and sign-in methods, strict about permissions, quotas and replication lag. entrad has" \
  "two app registrations there: one that may only read, for backups, and one that may write, for" \
  "restores."
start_simulator
write_configuration
start_daemon
type_in entractl tenants check
keep_evidence before

chapter "A backup"
say "Everything about every user goes into one sealed snapshot. Graph allows 5 requests in 10 s for" \
  "authentication methods, which is what takes the time."
type_in entractl backup
type_in entractl snapshots show 1

chapter "A disaster"
say "A faulty script runs with admin rights overnight. In the morning:"
echo
tell_of_the_disaster

chapter "What is wrong, and what it takes to mend it"
victim=$(jq -r '.purged[0].userPrincipalName' "$work/disaster.json")
say "$victim is gone for good: Microsoft cannot bring this account back. The snapshot knows it:"
type_in entractl users show "$victim"
say "The plan compares every user with the snapshot and writes nothing. It says what will be done" \
  "and what that costs in Graph's quota."
# shellcheck disable=SC2086 # one word an option
type_in entractl restore --all $restore_options --plan-only
plan=$(entractl --json jobs list --open | jq -r '.jobs[0].id')

chapter "The restore"
restore_as_planned "$plan"

chapter "The proof"
say "entrad has read every user back from Graph and compared. Here is the check by a witness that" \
  "shares no code with it: the simulator's own record of the tenant, from before the disaster and now." \
  "The record holds everything that can be written through Graph. What cannot (mail aliases, members" \
  "of mail-enabled and synchronised groups, keys and authenticator apps) is in the report above, with" \
  "the tool to use instead: that is what exit code 3 stands for."
echo
prove_it
say "All of it took $((SECONDS - started)) s after the build; at Graph's real pace about" \
  "$(((SECONDS - started) * time_scale / 60)) minutes."
if [ $keep = yes ]; then hints "$victim"; fi
