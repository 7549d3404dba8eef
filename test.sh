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
scripts/testhosts.sh up >"$results/testhosts.log" 2>&1 &
hosts=$!
dotnet build Portal.sln -c Debug -v quiet -nologo || fail "the build failed"
wait "$hosts" || cat "$results/testhosts.log" >&2

filter=()
if [ $# -gt 0 ]; then
  case "$*" in
    *[=~]*) filter=(--filter "$*") ;;
    *) filter=(--filter "FullyQualifiedName~$*") ;;
  esac
fi
status=0
dotnet test Portal.Tests --no-build -c Debug --results-directory "$results" --logger "trx;LogFileName=results.trx" \
  --blame-hang --blame-hang-timeout 10m --blame-hang-dump-type none "${filter[@]}" || status=$?

# Total, executed and failed as the runner counted them; a run that broke off counts as one failure more.
count() { sed -n "s/.*<Counters[^>]* $1=\"\([0-9]*\)\".*/\1/p" "$results/results.trx" 2>/dev/null | head -n 1; }
total="$(count total)"; executed="$(count executed)"; passed="$(count passed)"
total="${total:-0}"; executed="${executed:-0}"; passed="${passed:-0}"
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
