# shellcheck shell=bash
# Sourced by run.sh, test.sh and bench.sh: installs what is missing, and starts an engine where none answers.
# Packages are installed as root on Debian and its relatives only; elsewhere a sentence says what is missing.

ROOT="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
# Builds leave no idle MSBuild process behind.
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1

say() { echo "portal: $*" >&2; }
fail() { say "$*"; exit 1; }
have() { command -v "$1" >/dev/null 2>&1; }
is_root() { [ "$(id -u)" = 0 ]; }
can_install() { is_root && have apt-get; }

need_dotnet() {
  if ! have dotnet || ! dotnet --list-sdks 2>/dev/null | grep -q '^10\.'; then
    fail "the .NET SDK 10 is needed: https://dotnet.microsoft.com/download/dotnet/10.0"
  fi
}

# install_packages PURPOSE PACKAGE...: false when this machine or user cannot.
install_packages() {
  local purpose=$1
  shift
  if ! can_install; then
    say "$purpose: missing here; as root on Debian: apt-get install $*"
    return 1
  fi
  say "installing $* ($purpose)"
  keep_services_quiet
  if ! apt_install "$@"; then
    apt-get update -qq && apt_install "$@" || { let_services_start; say "apt-get could not install $*"; return 1; }
  fi
  let_services_start
}

apt_install() {
  DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=600 -qq install -y --no-install-recommends "$@" </dev/null >&2
}

# Only programs are wanted: no server of Debian's own is to start, no database cluster to be made.
keep_services_quiet() {
  QUIET_FILES=()
  if [ ! -e /usr/sbin/policy-rc.d ] && [ ! -d /run/systemd/system ]; then
    printf '#!/bin/sh\nexit 101\n' >/usr/sbin/policy-rc.d
    chmod 755 /usr/sbin/policy-rc.d
    QUIET_FILES+=(/usr/sbin/policy-rc.d)
  fi
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common/createcluster.d
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.d/portal.conf
    QUIET_FILES+=(/etc/postgresql-common/createcluster.d/portal.conf)
  fi
}

let_services_start() { [ ${#QUIET_FILES[@]} = 0 ] || rm -f "${QUIET_FILES[@]}"; }

has_postgres() { have postgres || compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null; }

need_postgres() {
  [ -z "${ConnectionStrings__Portal:-}" ] || return 0
  has_postgres || install_packages "PostgreSQL's programs, for the database that Portal runs by itself" postgresql ||
    fail "without PostgreSQL's programs, give ConnectionStrings__Portal"
}

# Bundles the page's scripts at build.
need_node() {
  if ! have node || ! have npm; then
    install_packages "Node, to bundle the page's scripts" nodejs npm || fail "node and npm are needed to build"
  fi
}

# What tests need beyond Portal itself, in one go.
need_test_tools() {
  local missing=()
  { have dockerd && have docker; } || missing+=(docker.io)
  have iptables || missing+=(iptables)
  have ip || missing+=(iproute2)
  [ -x /bin/busybox ] || [ -x /usr/bin/busybox ] || missing+=(busybox-static)
  has_postgres || missing+=(postgresql)
  have chromium || missing+=(chromium fonts-dejavu-core)
  { have node && have npm; } || missing+=(nodejs npm)
  { [ -x /usr/sbin/sshd ] || have sshd; } || missing+=(openssh-server)
  have ssh || missing+=(openssh-client)
  have openssl || missing+=(openssl)
  { have docker-compose || docker compose version >/dev/null 2>&1; } || missing+=(docker-compose)
  { have prometheus && have promtool; } || missing+=(prometheus)
  /usr/bin/python3 -c "import aiosmtpd" 2>/dev/null || missing+=(python3-aiosmtpd)
  [ ${#missing[@]} = 0 ] || install_packages "for tests" "${missing[@]}" || true
}

engine_answers() { have docker && timeout 5 docker version >/dev/null 2>&1; }

# Portal runs without an engine on its own machine, so nothing here ends it.
need_engine() {
  [ -z "${DOCKER_HOST:-}" ] || return 0
  ! engine_answers || return 0
  if ! is_root; then
    say "no container engine answers on this machine; Portal starts without a local host"
    return 0
  fi
  if ! have dockerd || ! have iptables; then
    install_packages "a container engine" docker.io iptables iproute2 || return 0
    ! engine_answers || return 0
  fi
  start_engine
}

start_engine() {
  local log=/var/log/portal-dockerd.log i
  if [ -d /run/systemd/system ] && have systemctl; then
    systemctl start docker || say "systemd could not start the engine: systemctl status docker"
    return 0
  fi
  say "starting a container engine; its log is $log"
  forget_dead_engine
  mount_cgroups
  (cd / && exec setsid dockerd </dev/null >>"$log" 2>&1) &
  for ((i = 0; i < 300; i++)); do
    ! engine_answers || return 0
    sleep 0.1
  done
  say "the engine did not start within 30 s, and Portal starts without a local host; why is at the end of $log"
}

# forget_dead_engine [DIR]: an engine that was killed leaves pid files and sockets. By then another process may have
# such a number, and an engine would wait for that one as if it were its own containerd.
forget_dead_engine() {
  local run=${1:-/var/run}
  runs_as "$run/docker/containerd/containerd.pid" containerd "$run/docker/containerd/" ||
    rm -f "$run"/docker/containerd/containerd{.pid,.sock,.sock.ttrpc,-debug.sock}
  # One that another file is named to is another engine, as those of tests are.
  if ! runs_as "$run/docker.pid" dockerd "" || tr '\0' '\n' <"/proc/$(cat "$run/docker.pid")/cmdline" | grep -q '^\(-p\|--pidfile\)'; then
    rm -f "$run/docker.pid"
    [ ! -S "$run/docker.sock" ] || rm -f "$run/docker.sock"
  fi
}

# runs_as FILE PROGRAM WORD: whether the file names a process of the program that has the word among its arguments.
runs_as() {
  local pid
  pid="$(cat "$1" 2>/dev/null)" && [[ "$pid" =~ ^[0-9]+$ ]] && [ "$(cat "/proc/$pid/comm" 2>/dev/null)" = "$2" ] &&
    tr '\0' '\n' <"/proc/$pid/cmdline" | grep -qF -- "$3"
}

# As an init system would have done.
mount_cgroups() {
  local controller
  ! mountpoint -q /sys/fs/cgroup 2>/dev/null || return 0
  if ! grep -qw cgroup2 /proc/filesystems || ! mount -t cgroup2 none /sys/fs/cgroup 2>/dev/null; then
    mount -t tmpfs -o uid=0,gid=0,mode=0755 cgroup /sys/fs/cgroup || return 0
    for controller in $(awk '!/^#/ && $4 == 1 { print $1 }' /proc/cgroups); do
      mkdir -p "/sys/fs/cgroup/$controller"
      mount -n -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller" || rmdir "/sys/fs/cgroup/$controller"
    done
  fi
}

SOURCES=(Portal Portal.Core Portal.Agents migrations wwwroot-assets build Directory.Build.props Directory.Packages.props)
PUBLISHED="$ROOT/artifacts/portal"

# True when a source is newer than what was built. What builds write themselves does not count.
is_stale() {
  [ -e "$PUBLISHED/.built" ] && [ -e "$PUBLISHED/Portal.dll" ] || return 0
  local newer
  newer="$(cd "$ROOT" && find "${SOURCES[@]}" -mindepth 0 \( -name bin -o -name obj -o -name node_modules -o -path Portal/wwwroot \) -prune -o \
    -type f -newer "$PUBLISHED/.built" -print -quit 2>/dev/null)"
  [ -n "$newer" ]
}

# Builds into artifacts/portal where that is not up to date. Switched whole: a Portal that runs keeps its files.
build_portal() {
  is_stale || return 0
  mkdir -p "$ROOT/artifacts"
  exec 8>"$ROOT/artifacts/lock"
  flock 8
  if is_stale; then
    need_dotnet
    need_node
    say "building"
    local next="$PUBLISHED.next" started
    rm -rf "$next" "$PUBLISHED.old"
    started="$(date +%s)"
    dotnet publish "$ROOT/Portal/Portal.csproj" -c Release -o "$next" -v quiet -nologo -p:UseAppHost=false 8>&- >&2 || fail "the build failed"
    touch -d "@$started" "$next/.built"
    [ ! -e "$PUBLISHED" ] || mv "$PUBLISHED" "$PUBLISHED.old"
    mv "$next" "$PUBLISHED"
  fi
  exec 8>&-
}
