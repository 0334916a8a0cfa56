#!/usr/bin/env bash
# contract_test.sh LOG [COMMAND...]: holds a log of Graph exchanges against Microsoft's description of
# Graph v1.0, with a checker that lies beside the checkout (../shared/contract). With COMMAND, runs it
# first; every simulator that it starts writes a log of its own (GRAPHSIM_TEST_LOG), joined in LOG.
set -euo pipefail
log=$1
shift
here=$(cd "$(dirname "$0")/../.." && pwd)
checker=$here/../shared/contract/check
if [ ! -x "$checker" ]; then
  echo "skipped: there is no contract checker at $checker"
  exit 77
fi
if ! command -v node >/dev/null; then
  echo "skipped: the contract checker needs node"
  exit 77
fi
# Left out of the log, because Graph does them and its description does not have them: a gateway's HTML
# page; DELETE of a member without /$ref, which deletes the user; $count=true ignored without
# consistency; the policy for temporary access passes; photos, applications, owners of those and of
# service principals, directory extensions (Undescribed); a faulty batch item inside an outer 200, which
# the checker takes for accepted.
left_out=FaultInjection.AnswersHtml*:OddAnswers.*:Mix.*:Membership.DeletedWithoutRef*:UserApi.IgnoresACount*:PassPolicy.*:Undescribed.*:*UndescribedOwners.*
export GTEST_FILTER=-$left_out:Batch.ItemsWithABodyNeed*
if [ $# -gt 0 ]; then
  rm -f "$log" "$log".part.*
  GRAPHSIM_TEST_LOG=$log.part "$@"
  cat "$log".part.* >"$log"
  rm -f "$log".part.*
fi
exec "$checker" "$log"
