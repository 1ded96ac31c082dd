#!/bin/bash
# The network of docs/operating/two-hosts.md, built of network namespaces, with everything that the page tells tried on it.
# Prints "ok - ..." or "not ok - ..." for each thing, and "done" at the end. Everything it starts and makes dies with it.
#   two-hosts.sh MERPATI TOOLS     the program, and the folder into which the packages nsd and postfix were unpacked
set -u
if [ "${1:-}" != --inside ]; then
    exec unshare --net --mount --pid --fork --kill-child --mount-proc bash "$0" --inside "$@"
fi
merpati=$2 tools=$3
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT
ip link set lo up
export LD_LIBRARY_PATH=$tools/nsd/usr/lib/x86_64-linux-gnu:$tools/nsd/lib/x86_64-linux-gnu:$tools/postfix/usr/lib/x86_64-linux-gnu:$tools/postfix/usr/lib/postfix

ok() { echo "ok - $*"; }
fail() { echo "not ok - $*"; for log in "$work"/*.log; do echo "--- $(basename "$log")"; tail -40 "$log"; done; exit 1; }
until_true() { # SECONDS WHAT COMMAND...
    local seconds=$1 what=$2; shift 2
    for _ in $(seq $((seconds * 5))); do if "$@" >/dev/null 2>&1; then ok "$what"; return; fi; sleep 0.2; done
    fail "$what"
}

# --- the wire: a bridge, and for each host a namespace with one address on it ------------------------------------------------
ip link add constr type bridge
ip link set constr up
declare -A pid
host() { # NAME ADDRESS
    unshare --net sleep infinity & pid[$1]=$!
    until [ "$(readlink /proc/${pid[$1]}/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
    ip link add "$1" type veth peer name eth0 netns "${pid[$1]}"
    ip link set "$1" master constr up
    on "$1" ip link set lo up
    on "$1" ip address add "$2/16" dev eth0
    on "$1" ip link set eth0 up
}
on() { local name=$1; shift; nsenter --net --target "${pid[$name]}" -- "$@"; }
host dns 10.77.0.2
host comp1 10.77.1.10
host comp3 10.77.2.10
host otd3 10.77.3.10
host branch 10.77.4.10
host outside 10.77.9.10

# --- DNS ---------------------------------------------------------------------------------------------------------------------
mkdir "$work/dns"
cat >"$work/dns/constr.org.zone" <<'Z'
$ORIGIN constr.org.
$TTL 60
@           SOA ns hostmaster 1 3600 600 86400 60
@           NS  ns
ns          A   10.77.0.2
comp1.otd1  A   10.77.1.10
comp1.otd1  MX  10 comp1.otd1
comp3.otd2  A   10.77.2.10
comp3.otd2  MX  10 comp3.otd2
mail.otd3   A   10.77.3.10
otd3        MX  10 mail.otd3
otd4        MX  10 comp1.otd1
otd5        MX  10 comp5.otd5
otd5        MX  20 comp1.otd1
comp5.otd5  A   10.77.4.10
Z
cat >"$work/dns/nsd.conf" <<C
server:
  ip-address: 10.77.0.2
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
  name: constr.org
  zonefile: constr.org.zone
C
on dns "$tools/nsd/usr/sbin/nsd" -d -c "$work/dns/nsd.conf" >>"$work/nsd.log" 2>&1 &
echo "nameserver 10.77.0.2" >"$work/resolv.conf"
mount --bind "$work/resolv.conf" "$(readlink -f /etc/resolv.conf)" || fail "resolv.conf"

# --- the hosts with Merpati ----------------------------------------------------------------------------------------------------
export DOTNET_gcServer=0
account() { # HOST ADDRESS
    echo secret | "$merpati" account add "$2" --password-stdin --data "$work/$1" --set Auth:Iterations=4096 >/dev/null || fail "account $2"
}
domain() { "$merpati" domain add "$2" --data "$work/$1" >/dev/null || fail "domain $2"; }
configure() { # HOST NAME ADDRESS MORE-ROUTES MORE-DELIVERY MORE
    mkdir -p "$work/$1"
    cat >"$work/$1/merpati.json" <<J
{
  "Server": { "HostName": "$2" },
  "Listeners": {
    "smtp": { "Endpoint": "$3:25" }, "submission": { "Endpoint": "$3:587" }, "submissions": { "Endpoint": "off" },
    "pop3": { "Endpoint": "$3:110" }, "pop3s": { "Endpoint": "off" }
  },
  "Dns": { "Servers": "10.77.0.2" },
  "Auth": { "Iterations": 4096 },
  // The hosts of the company have private addresses, and are to be reached there.
  "Delivery": { "Retry": { "First": "00:00:01" }, "Routes": { ".constr.org": "dns private"$4 }$5 }$6
}
J
}
serve() { on "$1" "$merpati" serve --data "$work/$1" >>"$work/$1.log" 2>&1 & server[$1]=$!; }
ready() { grep -q '^ready$' "$work/$1.log"; }
declare -A server
configure comp1 comp1.otd1.constr.org 10.77.1.10 \
    ', "otd5.constr.org": "10.77.4.10:25"' \
    ', "OnDemand": { "otd4.constr.org": "branch@comp1.otd1.constr.org", "otd5.constr.org": "branch@comp1.otd1.constr.org" }' ''
configure comp3 comp3.otd2.constr.org 10.77.2.10 '' '' ''
configure branch comp5.otd5.constr.org 10.77.4.10 '' '' \
    ', "Provider": { "Route": "10.77.1.10:587 tls=required user=branch password-file=provider.password" }'
echo secret >"$work/branch/provider.password"
domain comp1 comp1.otd1.constr.org; account comp1 ivanov@comp1.otd1.constr.org; account comp1 branch@comp1.otd1.constr.org
domain comp3 comp3.otd2.constr.org; account comp3 petrov@comp3.otd2.constr.org
domain branch otd4.constr.org; account branch dubov@otd4.constr.org
domain branch otd5.constr.org; account branch lipov@otd5.constr.org
for name in comp1 comp3 branch; do serve $name; done
for name in comp1 comp3 branch; do until_true 20 "$name is ready" ready $name; done

# --- the host with Postfix, under users of its own -------------------------------------------------------------------------------
{ grep -v '^postfix:' /etc/passwd; echo "postfix:x:911:911::/:/bin/false"; } >"$work/passwd"
{ grep -Ev '^(postfix|postdrop):' /etc/group; echo "postfix:x:911:"; echo "postdrop:x:912:"; } >"$work/group"
mount --bind "$work/passwd" /etc/passwd && mount --bind "$work/group" /etc/group || fail "users"
mkdir -p "$work/postfix"/{conf,queue,data,mail}
chmod 755 "$work"; chown 911:911 "$work/postfix/data" "$work/postfix/mail"
for folder in active bounce corrupt defer deferred flush hold incoming private saved trace; do mkdir "$work/postfix/queue/$folder"; chown 911 "$work/postfix/queue/$folder"; chmod 700 "$work/postfix/queue/$folder"; done
mkdir "$work/postfix/queue"/{maildrop,public,pid}
chown 911:912 "$work/postfix/queue"/{maildrop,public}; chmod 730 "$work/postfix/queue/maildrop"; chmod 710 "$work/postfix/queue/public"
cat >"$work/postfix/conf/main.cf" <<C
compatibility_level = 3.6
queue_directory = $work/postfix/queue
data_directory = $work/postfix/data
daemon_directory = $tools/postfix/usr/lib/postfix/sbin
command_directory = $tools/postfix/usr/sbin
shlib_directory = $tools/postfix/usr/lib/postfix
meta_directory = $work/postfix/conf
import_environment = MAIL_CONFIG LD_LIBRARY_PATH TZ LANG=C
mail_owner = postfix
setgid_group = postdrop
myhostname = mail.otd3.constr.org
mydestination =
inet_interfaces = 10.77.3.10
inet_protocols = ipv4
mynetworks = 10.77.3.0/24
smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
virtual_mailbox_domains = otd3.constr.org
virtual_mailbox_base = $work/postfix/mail
virtual_mailbox_maps = inline:{ { sosnov@otd3.constr.org = sosnov/ } }
virtual_uid_maps = static:911
virtual_gid_maps = static:911
virtual_minimum_uid = 100
minimal_backoff_time = 1s
queue_run_delay = 2s
maillog_file_prefixes = $work
maillog_file = $work/postfix.log
C
cat >"$work/postfix/conf/master.cf" <<'C'
smtp      inet  n       -       n       -       -       smtpd
pickup    unix  n       -       n       60      1       pickup
cleanup   unix  n       -       n       -       0       cleanup
qmgr      unix  n       -       n       300     1       qmgr
tlsmgr    unix  -       -       n       1000?   1       tlsmgr
rewrite   unix  -       -       n       -       -       trivial-rewrite
bounce    unix  -       -       n       -       0       bounce
defer     unix  -       -       n       -       0       bounce
trace     unix  -       -       n       -       0       bounce
verify    unix  -       -       n       -       1       verify
flush     unix  n       -       n       1000?   0       flush
proxymap  unix  -       -       n       -       -       proxymap
smtp      unix  -       -       n       -       -       smtp
relay     unix  -       -       n       -       -       smtp
error     unix  -       -       n       -       -       error
retry     unix  -       -       n       -       -       error
discard   unix  -       -       n       -       -       discard
virtual   unix  -       n       n       -       -       virtual
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
C
on otd3 "$tools/postfix/usr/lib/postfix/sbin/master" -c "$work/postfix/conf" -d >>"$work/postfix.log" 2>&1 &
until_true 20 "Postfix is ready" on otd3 bash -c 'exec 3<>/dev/tcp/10.77.3.10/25'

# --- letters -------------------------------------------------------------------------------------------------------------------
write() { # HOST SERVER FROM TO SUBJECT [CURL OPTIONS]
    local name=$1 server=$2 from=$3 to=$4 subject=$5; shift 5
    printf 'From: <%s>\r\nTo: <%s>\r\nSubject: %s\r\n\r\nHello.\r\n' "$from" "$to" "$subject" |
        on "$name" curl -sS --max-time 60 "smtp://$server" --mail-from "$from" --mail-rcpt "$to" --upload-file - "$@" >>"$work/curl.log" 2>&1 || fail "$subject is taken by $server"
}
submit() { # FROM-USER TO SUBJECT: as a user of comp1 does
    write comp1 10.77.1.10:587 "$1@comp1.otd1.constr.org" "$2" "$3" --user "$1:secret" --ssl-reqd --insecure
}
has() { # DATA-HOST ADDRESS TEXT: a mailbox holds a message with this text
    rm -rf "$work/read"; "$merpati" mailbox export "$2" --to "$work/read" --data "$work/$1" >/dev/null && grep -rqF -- "$3" "$work/read"
}
reads() { # HOST SERVER USER TEXT: the same, as POP3 sees it
    local count; count=$(on "$1" curl -sS --max-time 20 "pop3://$2/" --user "$3:secret" --ssl-reqd --insecure | wc -l)
    for n in $(seq "$count"); do on "$1" curl -sS --max-time 20 "pop3://$2/$n" --user "$3:secret" --ssl-reqd --insecure | grep -qF -- "$4" && return 0; done
    return 1
}

submit ivanov petrov@comp3.otd2.constr.org "to-petrov"
until_true 30 "Ivanov@comp1.otd1 writes to Petrov@comp3.otd2, who reads it by POP3" reads comp3 10.77.2.10 petrov "Subject: to-petrov"
has comp3 petrov@comp3.otd2.constr.org "Received: from comp1.otd1.constr.org (" && ok "it came from comp1 to comp3" || fail "the trace names comp1"

submit ivanov sidorov@comp3.otd2.constr.org "to-sidorov"
until_true 30 "nobody is called Sidorov, and the notice reaches Ivanov" has comp1 ivanov@comp1.otd1.constr.org "Final-Recipient: rfc822; sidorov@comp3.otd2.constr.org"
has comp1 ivanov@comp1.otd1.constr.org "550" && ok "the notice says 550" || fail "the notice says 550"

submit ivanov sosnov@otd3.constr.org "to-sosnov"
until_true 30 "a letter to a user behind the Postfix host arrives" grep -rqs "to-sosnov" "$work/postfix/mail"
write otd3 10.77.3.10 sosnov@otd3.constr.org petrov@comp3.otd2.constr.org "from-sosnov"
until_true 30 "the Postfix host finds comp3" has comp3 petrov@comp3.otd2.constr.org "Subject: from-sosnov"
submit ivanov nobody@otd3.constr.org "to-nobody"
until_true 30 "what Postfix refuses comes back to Ivanov" has comp1 ivanov@comp1.otd1.constr.org "Final-Recipient: rfc822; nobody@otd3.constr.org"

write outside 10.77.2.10 someone@example.com petrov@comp3.otd2.constr.org "from-outside"
until_true 30 "somebody outside writes to Petrov" has comp3 petrov@comp3.otd2.constr.org "Subject: from-outside"
printf 'x\r\n' | on outside curl -sS "smtp://10.77.1.10" --mail-from someone@example.com --mail-rcpt petrov@comp3.otd2.constr.org --upload-file - >>"$work/curl.log" 2>&1 &&
    fail "comp1 is no open relay" || ok "comp1 is no open relay"

# --- a host goes down and comes back ---------------------------------------------------------------------------------------------
kill "${server[comp3]}"; wait "${server[comp3]}"
on comp3 ip link set eth0 down
submit ivanov petrov@comp3.otd2.constr.org "while-down"
waits() { "$merpati" queue list --data "$work/comp1" | grep -q petrov@comp3.otd2.constr.org; }
until_true 30 "what goes to a host that is down waits" waits
submit ivanov sosnov@otd3.constr.org "past-the-dead"
until_true 30 "other hosts do not wait for it" grep -rqs "past-the-dead" "$work/postfix/mail"
on comp3 ip link set eth0 up
serve comp3
until_true 120 "it arrives when the host is back" has comp3 petrov@comp3.otd2.constr.org "Subject: while-down"

# --- a branch office with a line that is not always there ------------------------------------------------------------------------
on branch ip link set eth0 down
write outside 10.77.1.10 someone@example.com dubov@otd4.constr.org "for-the-branch"
write outside 10.77.1.10 someone@example.com lipov@otd5.constr.org "for-the-branch-by-etrn"
sleep 1
on branch ip link set eth0 up
on branch "$merpati" queue fetch otd4.constr.org --data "$work/branch" >"$work/fetch.log" 2>&1 || fail "ATRN"
has branch dubov@otd4.constr.org "Subject: for-the-branch" && ok "the branch fetches what waits by ATRN" || fail "the branch fetches by ATRN"
on branch "$merpati" queue fetch otd5.constr.org --by etrn --data "$work/branch" >"$work/fetch.log" 2>&1 || fail "ETRN"
until_true 30 "after ETRN what waits is brought to the branch" has branch lipov@otd5.constr.org "Subject: for-the-branch-by-etrn"

waiting=$("$merpati" queue list --data "$work/comp1" | grep -c '@') || true
[ "$waiting" = 0 ] && ok "nothing is left in the queue" || fail "nothing is left in the queue"
echo "done"
