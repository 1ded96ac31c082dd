#!/bin/bash
# 100,000 messages to 1,000 domains: queued while none of their hosts can be reached, then drained, with a DNS server of its own, all in network
# namespaces. Prints the seconds, what is queued and what the hosts have taken. Everything it starts and makes dies with it.
#   run.sh MERPATI NSD [DOMAINS [MESSAGES_EACH [SIZE]]]     the program, and Debian's nsd; smtp-source and smtp-sink are Postfix's
set -u
if [ "${1:-}" != --inside ]; then
    exec unshare --net --mount --pid --fork --kill-child --mount-proc bash "$0" --inside "$@"
fi
merpati=$2 nsd=$3 domains=${4:-1000} each=${5:-100} size=${6:-2048}
work=$(mktemp -d) || exit 1 # on a real disk: TMPDIR
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
export LD_LIBRARY_PATH=$(dirname "$(dirname "$nsd")")/lib/x86_64-linux-gnu:$(dirname "$(dirname "$(dirname "$nsd")")")/usr/lib/x86_64-linux-gnu
fail() { echo "$*" >&2; tail -20 "$work"/*.log >&2; exit 1; }

# Two hosts on one wire: ours, and one that is all the hosts of all the domains.
ip link set lo up
unshare --net sleep infinity & peer=$!
until [ "$(readlink /proc/$peer/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
ip link add wire type veth peer name wire netns $peer
ip address add 11.77.1.1/16 dev wire && ip link set wire up
on_peer() { nsenter --net --target $peer -- "$@"; }
on_peer ip link set lo up
on_peer ip address add 11.77.2.1/16 dev wire
on_peer ip link set wire up

mkdir "$work/dns"
{
    printf '$ORIGIN load.example.\n$TTL 3600\n@ SOA ns hostmaster 1 3600 600 86400 60\n@ NS ns\nns A 11.77.2.1\n'
    for i in $(seq 0 $((domains - 1))); do printf 'd%d MX 10 mx.d%d\nmx.d%d A 11.77.2.1\n' "$i" "$i" "$i"; done
} >"$work/dns/zone"
cat >"$work/dns/nsd.conf" <<C
server:
  ip-address: 11.77.2.1
  username: ""
  chroot: ""
  zonesdir: "$work/dns"
  database: ""
  pidfile: "$work/dns/pid"
  xfrdfile: "$work/dns/xfrd"
  zonelistfile: "$work/dns/zones"
  xfrdir: "$work/dns"
  server-count: 1
  logfile: "$work/nsd.log"
remote-control:
  control-enable: no
zone:
  name: load.example
  zonefile: zone
C
on_peer "$nsd" -d -c "$work/dns/nsd.conf" >>"$work/nsd.log" 2>&1 &

echo pw | "$merpati" account add u0@example.org --password-stdin --data "$work/data" --set Auth:Iterations=4096 >/dev/null 2>&1 ||
    { "$merpati" domain add example.org --data "$work/data" && echo pw | "$merpati" account add u0@example.org --password-stdin --data "$work/data"; } >/dev/null || fail "no account"
"$merpati" serve --data "$work/data" --set Listeners:smtp:Endpoint=127.0.0.1:2525 --set Dns:Servers=11.77.2.1 --set Smtp:Relay:AllowedNetworks=127.0.0.0/8 \
    --set Connections:MaxPerAddress=1000 --set Server:HostName=mx.example.org --set Log:Level=warning >"$work/merpati.log" 2>&1 &
server=$!
for _ in $(seq 100); do grep -q '^ready' "$work/merpati.log" && break; sleep 0.1; done
grep -q '^ready' "$work/merpati.log" || fail "the server does not start"

# Clock ticks of the process, user and system; its memory in MB.
cpu() { awk '{ print $14 + $15 }' /proc/$server/stat; }
memory() { awk '/VmRSS/ { print int($2 / 1024) }' /proc/$server/status; }
queued() { "$merpati" queue list --counts --json --data "$work/data" | grep -o '"recipients": *[0-9]*' | awk -F: '{ n += $2 } END { print n + 0 }'; }
taken() { grep -ao 'mesg=[0-9]*' "$work/sink.log" 2>/dev/null | tail -1 | cut -c6- | grep . || echo 0; }
total=$((domains * each))

# Four times round all of them, so that no domain comes in one piece.
start=$(date +%s.%N) ticks=$(cpu)
for _ in 1 2 3 4; do
    seq 0 $((domains - 1)) | xargs -P 10 -I{} smtp-source -d -l "$size" -m $((each / 4)) -f u0@example.org -t x@d{}.load.example 127.0.0.1:2525 || fail "not taken"
done
awk -v n=$total -v s="$start" -v e="$(date +%s.%N)" -v t=$(($(cpu) - ticks)) -v m="$(memory)" \
    'BEGIN { printf "queued %d in %.1f s: %.0f a second, %.2f ms of CPU each; memory %d MB\n", n, e - s, n / (e - s), t * 10 / n, m }'

on_peer smtp-sink -u nobody -c 11.77.2.1:25 1000 >"$work/sink.log" 2>&1 &
sleep 1
"$merpati" queue retry --all --data "$work/data" >/dev/null 2>"$work/retry.log" || fail "no retry: $(cat "$work/retry.log")"
start=$(date +%s.%N) ticks=$(cpu) before=0
echo "seconds taken a_second memory_MB"
while true; do
    sleep 1
    now=$(taken)
    awk -v s="$start" -v e="$(date +%s.%N)" -v n="$now" -v b="$before" -v m="$(memory)" 'BEGIN { printf "%7.1f %d %d %d\n", e - s, n, n - b, m }'
    before=$now
    [ "$now" -ge "$total" ] && break
    kill -0 $server 2>/dev/null || fail "the server is gone"
done
awk -v n=$total -v s="$start" -v e="$(date +%s.%N)" -v t=$(($(cpu) - ticks)) \
    'BEGIN { printf "drained %d in %.1f s: %.0f a second, %.2f ms of CPU each\n", n, e - s, n / (e - s), t * 10 / n }'
sleep 1
echo "left in the queue: $(queued)"
kill $server
wait $server
