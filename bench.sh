#!/usr/bin/env bash
# Runs one benchmark: five rounds beside its peer, a table on the console, JSON in artifacts/bench/NAME.json.
#
#   ./bench.sh            lists the benchmarks
#   ./bench.sh NAME [args]
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/scripts/install.sh"
cd "$ROOT"

need_dotnet
need_test_tools
build_portal
dotnet build Portal.Tests -c Release -v quiet -nologo >&2 || fail "the build failed"
[ "${1:-}" = simulate ] || scripts/testhosts.sh up >&2 || say "benchmarks that need engines cannot run"
exec dotnet Portal.Tests/bin/Release/net10.0/Portal.Tests.dll bench "$@"
