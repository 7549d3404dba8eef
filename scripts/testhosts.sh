#!/usr/bin/env bash
# Real Docker hosts on this machine: each is a network namespace with its own engine and address.
#
#   testhosts.sh up [N]      start N hosts (3), or repair them: thawed, connected, engine answering, images loaded
#   testhosts.sh tls         one more host (number 9) whose engine listens with mutual TLS only, keys in DIR/tls
#   testhosts.sh down        stop all and remove their data
#   testhosts.sh status      one line a host
#   testhosts.sh clean       remove every container, volume and user-made network on all hosts
#   testhosts.sh freeze|thaw|cut|uncut|kill|start|stop|restart N
#
# Host N: engine at tcp://10.77.0.1N:2375 and unix://DIR/hN/docker.sock. Host 1 also answers SSH (user root,
# port 22, key DIR/ssh/id_ed25519, DIR/ssh/known_hosts), its `docker` being that host's.
# Images: test/busybox:1 and :2, test/web:1 and :2 (a web server on port 8080).
# DIR is PORTAL_TESTHOSTS_DIR, by default /var/lib/portal-testhosts. A second set beside the first:
# PORTAL_TESTHOSTS_NET=78 (by default 77) gives 10.78.0.1N and a DIR of its own.
set -euo pipefail

NET="${PORTAL_TESTHOSTS_NET:-77}"
if [ "$NET" = 77 ]; then TAG=; else TAG="$NET-"; fi
DIR="${PORTAL_TESTHOSTS_DIR:-/var/lib/portal-testhosts${TAG:+-$NET}}"
HERE="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
BRIDGE="prt${TAG}0"
SUBNET="10.$NET.0"
TLS_HOST=9

say() { echo "testhosts: $*" >&2; }
fail() { say "$*"; exit 1; }
address() { echo "$SUBNET.1$1"; }
socket() { echo "$DIR/h$1/docker.sock"; }
engine() { local n=$1; shift; env -u DOCKER_CONTEXT -u DOCKER_TLS_VERIFY docker -H "unix://$(socket "$n")" "$@"; }
in_host() { local n=$1; shift; nsenter --net="/var/run/netns/h$TAG$n" "$@"; }
hosts() { local d; for d in "$DIR"/h[0-9]; do [ -d "$d" ] && echo "${d##*/h}"; done; return 0; }

# The process id in a file if that process runs the named program; not a reused id, nor one that is dead but unreaped.
running_pid() {
  local pid exe
  pid="$(cat "$1" 2>/dev/null)" || return 0
  exe="$(readlink "/proc/$pid/exe" 2>/dev/null)" || return 0
  if [ "$(basename "${exe% (deleted)}")" = "$2" ]; then echo "$pid"; fi
}
engine_pid() { running_pid "$DIR/h$1/pid" dockerd; }

# "T" in the third field of stat: stopped by a signal.
is_frozen() { local pid; pid="$(engine_pid "$1")"; [ -n "$pid" ] && grep -q '^State:.T' "/proc/$pid/status"; }
answers() { timeout 5 env -u DOCKER_CONTEXT docker -H "unix://$(socket "$1")" version >/dev/null 2>&1; }

make_bridge() {
  if ! ip link show "$BRIDGE" >/dev/null 2>&1; then
    ip link add "$BRIDGE" type bridge
    ip addr add "$SUBNET.1/24" dev "$BRIDGE"
  fi
  ip link set "$BRIDGE" up
  # An engine outside the namespaces drops what is forwarded, bridged frames included.
  sysctl -qw net.ipv4.ip_forward=1
  sysctl -qw net.bridge.bridge-nf-call-iptables=0 2>/dev/null || true
  iptables -P FORWARD ACCEPT
  iptables -C FORWARD -i "$BRIDGE" -o "$BRIDGE" -j ACCEPT 2>/dev/null || iptables -I FORWARD -i "$BRIDGE" -o "$BRIDGE" -j ACCEPT
}

make_namespace() {
  local n=$1 proto
  # After a reboot the name may be left without the namespace.
  if ! in_host "$n" true 2>/dev/null || ! ip link show "v$TAG$n" >/dev/null 2>&1; then
    ip link del "v$TAG$n" 2>/dev/null || true
    ip netns del "h$TAG$n" 2>/dev/null || true
    ip netns add "h$TAG$n"
    ip link add "v$TAG$n" type veth peer name eth0 netns "h$TAG$n"
    ip link set "v$TAG$n" master "$BRIDGE"
    ip -n "h$TAG$n" addr add "$(address "$n")/24" dev eth0
    ip -n "h$TAG$n" link set eth0 up
    ip -n "h$TAG$n" link set lo up
    ip -n "h$TAG$n" route add default via "$SUBNET.1"
    # Look-ups of names fail at once instead of timing out.
    for proto in udp tcp; do in_host "$n" iptables -I OUTPUT -p "$proto" --dport 53 -j REJECT; done
  fi
  ip link set "v$TAG$n" up
}

start_engine() {
  local n=$1 dir="$DIR/h$1" listen
  [ -z "$(engine_pid "$n")" ] || return 0
  mkdir -p "$dir/data" "$dir/exec"
  rm -f "$dir/pid" "$dir/docker.sock"
  # An engine takes a dead containerd that nobody has reaped for a living one and waits for it.
  [ -n "$(running_pid "$dir/exec/containerd/containerd.pid" containerd)" ] || rm -f "$dir/exec/containerd/containerd.pid"
  if [ "$n" = "$TLS_HOST" ]; then
    listen=(-H "tcp://$(address "$n"):2376" --tlsverify --tlscacert "$DIR/tls/ca.pem" --tlscert "$DIR/tls/server-cert.pem" --tlskey "$DIR/tls/server-key.pem")
  else
    listen=(-H "tcp://$(address "$n"):2375" --tls=false)
  fi
  # nsenter, not `ip netns exec`: the latter hides the cgroups. Own containerd namespaces, should one be shared.
  (cd / && exec setsid nsenter --net="/var/run/netns/h$TAG$n" dockerd \
    --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/pid" \
    --containerd-namespace "portal-h$n" --containerd-plugins-namespace "portal-h$n-plugins" \
    --insecure-registry "$SUBNET.0/24" --shutdown-timeout 2 \
    -H "unix://$dir/docker.sock" "${listen[@]}" </dev/null >>"$dir/log" 2>&1 9>&-) &
}

wait_engine() {
  local n=$1 i
  for ((i = 0; i < 600; i++)); do
    if [ -S "$(socket "$n")" ] && answers "$n"; then return 0; fi
    sleep 0.05
  done
  tail -n 20 "$DIR/h$n/log" >&2 || true
  fail "the engine of host $n does not answer; its log is $DIR/h$n/log"
}

# Ends an engine: politely with stop, at once with kill (its containers live on).
end_engine() {
  local n=$1 signal=$2 pid i
  pid="$(engine_pid "$n")"
  [ -n "$pid" ] || return 0
  kill -CONT "$pid" 2>/dev/null || true
  kill "-$signal" "$pid" 2>/dev/null || true
  for ((i = 0; i < 400; i++)); do [ -e "/proc/$pid/exe" ] || return 0; sleep 0.05; done
  kill -KILL "$pid" 2>/dev/null || true
}

load_images() {
  local n=$1 version
  for version in 1 2; do
    engine "$n" image inspect "test/busybox:$version" >/dev/null 2>&1 ||
      engine "$n" import --change 'CMD ["/bin/forever"]' --change "LABEL test.version=$version" --change "ENV VERSION=$version" \
        "$DIR/images/busybox$version.tar" "test/busybox:$version" >/dev/null
    engine "$n" image inspect "test/web:$version" >/dev/null 2>&1 ||
      engine "$n" import --change 'CMD ["/bin/web"]' --change "LABEL test.version=$version" --change "ENV VERSION=$version" --change 'EXPOSE 8080' \
        "$DIR/images/busybox$version.tar" "test/web:$version" >/dev/null
  done
}

# One root file system for all images: busybox, its links, and the two scripts of testimage/.
make_images() {
  local version root applet
  [ ! -e "$DIR/images/done" ] || return 0
  rm -rf "$DIR/images" && mkdir -p "$DIR/images"
  for version in 1 2; do
    root="$DIR/images/root$version"
    mkdir -p "$root"/{bin,dev,etc,proc,sys,var,www/cgi-bin} "$root/tmp"
    chmod 1777 "$root/tmp"
    cp "$(busybox_binary)" "$root/bin/busybox"
    for applet in $("$root/bin/busybox" --list); do [ "$applet" = busybox ] || ln -s busybox "$root/bin/$applet"; done
    cp "$HERE"/testimage/{forever,web} "$root/bin/" && cp "$HERE"/testimage/cgi/* "$root/www/cgi-bin/"
    chmod 755 "$root"/bin/{forever,web} "$root"/www/cgi-bin/*
    printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/sh\n' >"$root/etc/passwd"
    printf 'root:x:0:\nnobody:x:65534:\n' >"$root/etc/group"
    echo "$version" >"$root/etc/version"
    tar -C "$root" -cf "$DIR/images/busybox$version.tar" .
    rm -rf "$root"
  done
  touch "$DIR/images/done"
}

busybox_binary() {
  local path
  for path in /bin/busybox /usr/bin/busybox; do [ -x "$path" ] && { echo "$path"; return; }; done
  fail "busybox is missing (Debian: busybox-static)"
}

make_tls() {
  local tls="$DIR/tls"
  [ ! -e "$tls/done" ] || return 0
  rm -rf "$tls" && mkdir -p "$tls"
  (
    cd "$tls"
    new_key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1"; }
    sign() { openssl x509 -req -in "$1.csr" -CA ca.pem -CAkey ca-key.pem -CAcreateserial -days 365 -extfile "$1.ext" -out "$1-cert.pem"; }
    new_key ca-key.pem
    openssl req -x509 -new -key ca-key.pem -days 365 -subj /CN=test-hosts-ca -out ca.pem
    echo "subjectAltName=IP:$(address "$TLS_HOST"),IP:127.0.0.1,DNS:localhost
extendedKeyUsage=serverAuth" >server.ext
    echo "extendedKeyUsage=clientAuth" >client.ext
    for name in server client; do
      new_key "$name-key.pem"
      openssl req -new -key "$name-key.pem" -subj "/CN=test-$name" -out "$name.csr"
      sign "$name"
    done
    ln -s client-cert.pem cert.pem && ln -s client-key.pem key.pem # what DOCKER_CERT_PATH wants
    touch done
  ) 2>"$DIR/tls.log" || fail "no certificates could be made; see $DIR/tls.log"
}

start_ssh() {
  local ssh="$DIR/ssh" sshd
  sshd="$(command -v sshd || true)"
  [ -n "$sshd" ] || { say "no sshd: host 1 does not answer SSH (Debian: openssh-server)"; return 0; }
  [ -z "$(running_pid "$ssh/pid" sshd)" ] || return 0
  mkdir -p "$ssh" /run/sshd
  chmod 700 "$ssh"
  [ -e "$ssh/id_ed25519" ] || ssh-keygen -q -t ed25519 -N '' -C test-hosts -f "$ssh/id_ed25519"
  [ -e "$ssh/host_key" ] || ssh-keygen -q -t ed25519 -N '' -C test-hosts -f "$ssh/host_key"
  cp "$ssh/id_ed25519.pub" "$ssh/authorized_keys"
  echo "$(address 1) $(cut -d' ' -f1,2 "$ssh/host_key.pub")" >"$ssh/known_hosts"
  cat >"$ssh/sshd_config" <<CONFIG
ListenAddress $(address 1):22
HostKey $ssh/host_key
PidFile $ssh/pid
AuthorizedKeysFile $ssh/authorized_keys
StrictModes no
PermitRootLogin prohibit-password
PasswordAuthentication no
UsePAM no
UseDNS no
MaxStartups 100
MaxSessions 100
SetEnv DOCKER_HOST=unix://$(socket 1) PATH=$PATH
CONFIG
  in_host 1 "$sshd" -f "$ssh/sshd_config" -E "$ssh/log" 9>&-
}

bring_up() {
  local n
  make_bridge
  for n in "$@"; do
    make_namespace "$n"
    if is_frozen "$n"; then kill -CONT "$(engine_pid "$n")"; fi
    start_engine "$n"
  done
  make_images
  local workers=()
  for n in "$@"; do (wait_engine "$n" && load_images "$n") & workers+=("$!"); done
  for n in "${workers[@]}"; do wait "$n"; done
}

up() {
  local count=${1:-3} all=()
  [[ $count =~ ^[1-8]$ ]] || fail "up takes a number of hosts from 1 to 8"
  mapfile -t all < <(seq 1 "$count")
  bring_up "${all[@]}"
  start_ssh
  status
}

tls() {
  make_tls
  bring_up "$TLS_HOST"
  status
}

status() {
  local n state
  for n in $(hosts); do
    state=up
    if [ -z "$(engine_pid "$n")" ]; then state="engine not running"
    elif is_frozen "$n"; then state=frozen
    elif ! answers "$n"; then state="engine does not answer"
    fi
    ip -o link show "v$TAG$n" 2>/dev/null | grep -q ',UP' || state="$state, cut off"
    if [ "$n" = "$TLS_HOST" ]; then echo "h$n tcp://$(address "$n"):2376 (tls) unix://$(socket "$n") $state"
    else echo "h$n tcp://$(address "$n"):2375 unix://$(socket "$n") $state"; fi
  done
}

clean() {
  local n workers=()
  for n in $(hosts); do clean_host "$n" & workers+=("$!"); done
  for n in "${workers[@]}"; do wait "$n"; done
}

clean_host() {
  local ids
  ids="$(engine "$1" ps -aq)"; [ -z "$ids" ] || engine "$1" rm -fv $ids >/dev/null
  ids="$(engine "$1" volume ls -q)"; [ -z "$ids" ] || engine "$1" volume rm -f $ids >/dev/null
  engine "$1" network prune -f >/dev/null
}

down() {
  local n mounted pid
  for n in $(hosts); do take_down "$n" & done
  wait
  pid="$(running_pid "$DIR/ssh/pid" sshd)"
  [ -z "$pid" ] || kill "$pid" || true
  while read -r mounted; do umount -l "$mounted" 2>/dev/null || true; done < <(awk -v d="$DIR/" 'index($2, d) == 1 { print $2 }' /proc/mounts | sort -r)
  for n in $(hosts); do
    ip link del "v$TAG$n" 2>/dev/null || true
    ip netns del "h$TAG$n" 2>/dev/null || true
  done
  ip link del "$BRIDGE" 2>/dev/null || true
  iptables -D FORWARD -i "$BRIDGE" -o "$BRIDGE" -j ACCEPT 2>/dev/null || true
  find "$DIR" -mindepth 1 -maxdepth 1 ! -name lock -exec rm -rf {} +
}

take_down() {
  local ids
  if answers "$1"; then ids="$(engine "$1" ps -q)"; [ -z "$ids" ] || engine "$1" kill $ids >/dev/null 2>&1 || true; fi
  end_engine "$1" TERM
  # Shims of an engine that was killed outlive it; they name its folder.
  local stat
  for stat in /proc/[0-9]*/cmdline; do
    if tr '\0' ' ' 2>/dev/null <"$stat" | grep -q "^[^ ]*containerd.*$DIR/h$1/exec"; then
      kill -KILL "$(basename "$(dirname "$stat")")" 2>/dev/null || true
    fi
  done
}

# On a busy machine a process runs on for a moment after it was told to stop.
freeze_engine() {
  local tries=0
  kill -STOP "$1"
  while grep -qsE '^State:[[:space:]]+[^[:space:]Tt]' /proc/"$1"/task/*/status && [ $((tries += 1)) -lt 500 ]; do sleep 0.01; done
}

change() {
  local verb=$1 n=${2:-} pid
  [[ $n =~ ^[1-9]$ ]] && [ -d "$DIR/h$n" ] || fail "$verb takes the number of a host that is up"
  pid="$(engine_pid "$n")"
  case $verb in
    freeze) [ -n "$pid" ] || fail "the engine of host $n does not run"; freeze_engine "$pid" ;;
    thaw) [ -z "$pid" ] || kill -CONT "$pid" ;;
    cut) ip link set "v$TAG$n" down ;;
    uncut) ip link set "v$TAG$n" up ;;
    kill) end_engine "$n" KILL ;;
    stop) end_engine "$n" TERM ;;
    start) start_engine "$n"; wait_engine "$n" ;;
    restart) end_engine "$n" TERM; start_engine "$n"; wait_engine "$n" ;;
  esac
}

main() {
  local verb=${1:-} tool
  [ $# -gt 0 ] && shift
  case $verb in up | tls | down | status | clean | freeze | thaw | cut | uncut | kill | start | stop | restart) ;;
    *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2; exit 2 ;;
  esac
  [ "$(id -u)" = 0 ] || { say "test hosts need root: network namespaces and engines of their own"; exit 3; }
  for tool in dockerd docker ip iptables nsenter; do
    command -v "$tool" >/dev/null || { say "$tool is missing (Debian: docker.io, iptables, iproute2)"; exit 3; }
  done
  mkdir -p "$DIR"
  case $verb in
    up | tls | down | clean) exec 9>"$DIR/lock"; flock 9; "$verb" "$@" ;;
    status) status ;;
    *) change "$verb" "$@" ;;
  esac
}

main "$@"
