#!/usr/bin/env bash
# Runs Portal: installs what is missing, builds when sources changed, and starts it.
#
#   ./run.sh [--data DIR] [--port N] [--roles web,agents] ...   run; without --data in ./data
#   ./run.sh admin-link | backup FILE | restore FILE            [--data DIR]
#
# PORTAL_NO_ENGINE=1: no container engine is installed or started on this machine.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/scripts/install.sh"

build_portal
need_postgres
case "${1:-}" in
  admin-link | backup | restore) ;;
  *) [ -n "${PORTAL_NO_ENGINE:-}" ] || need_engine ;;
esac
# Pages and settings are beside the program; relative paths among the arguments stay relative to the caller.
export ASPNETCORE_CONTENTROOT="${ASPNETCORE_CONTENTROOT:-$PUBLISHED}"
exec dotnet "$PUBLISHED/Portal.dll" "$@"
