#!/usr/bin/env bash
# Runs every test, on real engines, a real PostgreSQL and a real browser; installs what is missing.
#
#   ./test.sh                    all
#   ./test.sh Scheduling         those whose full name contains the word
#   ./test.sh 'needs=engine'     or any other filter of `dotnet test`
#
# CI=true: what cannot run is a failure instead of skipped.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/scripts/install.sh"
cd "$ROOT"

need_dotnet
need_test_tools
results="$ROOT/artifacts/test"
rm -rf "$results" && mkdir -p "$results"

# Hosts start while the build runs. Where they cannot be made, the tests that need them say so.
# Tests that share hosts take turns, so there are two sets of hosts, each with a run of its own: those with the trait hosts=second use the other.
second=(env PORTAL_TESTHOSTS_NET=$((${PORTAL_TESTHOSTS_NET:-77} + 100)) PORTAL_TESTHOSTS_DIR="${PORTAL_TESTHOSTS_DIR:-/var/lib/portal-testhosts}-second")
scripts/testhosts.sh up >"$results/testhosts.log" 2>&1 &
hosts=$!
dotnet build Portal.sln -c Debug -v quiet -nologo || fail "the build failed"
wait "$hosts" || cat "$results/testhosts.log" >&2

# run NAME FILTER...: one run of the tests, with its results in NAME.trx.
run() {
  local name="$1"
  shift
  dotnet test Portal.Tests --no-build -c Debug --results-directory "$results" --logger "trx;LogFileName=$name.trx" \
    --blame-hang --blame-hang-timeout 10m --blame-hang-dump-type none "$@"
}

status=0
if [ $# -gt 0 ]; then
  case "$*" in
    *[=~]*) run results --filter "$*" || status=$? ;;
    *) run results --filter "FullyQualifiedName~$*" || status=$? ;;
  esac
else
  ("${second[@]}" scripts/testhosts.sh up >"$results/testhosts-second.log" 2>&1 || cat "$results/testhosts-second.log" >&2
    export "${second[@]:1}"
    run second --filter "hosts=second") >"$results/second.log" 2>&1 &
  beside=$!
  run results --filter "hosts!=second" || status=$?
  wait "$beside" || status=$?
  cat "$results/second.log"
fi

# Total, executed and failed as the runner counted them; a run that broke off counts as one failure more.
count() {
  local sum=0 trx some
  for trx in "$results"/*.trx; do
    some="$(sed -n "s/.*<Counters[^>]* $1=\"\([0-9]*\)\".*/\1/p" "$trx" 2>/dev/null | head -n 1 || true)"
    sum=$((sum + ${some:-0}))
  done
  echo "$sum"
}
total="$(count total)"; executed="$(count executed)"; passed="$(count passed)"
failed=$((executed - passed))
if [ "$status" != 0 ] && [ "$failed" = 0 ]; then
  say "the test run broke off (exit code $status)"
  failed=1
elif [ "$total" = 0 ]; then
  say "no test was run"
  failed=1
fi
line="$passed passed, $failed failed"
[ "$total" = "$executed" ] || line="$line, $((total - executed)) skipped"
echo "$line"
[ "$failed" = 0 ]
