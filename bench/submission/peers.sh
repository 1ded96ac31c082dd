#!/bin/bash
# A Postfix submission server that authenticates against Dovecot and delivers to it by LMTP, both of their own, on 127.0.0.1 and high ports.
#   peers.sh up | down | pids | count
# Needs root and the Debian packages postfix, dovecot-core and dovecot-lmtpd; their own services and configuration are left alone.
# What they write goes under PEERS_HOME (default: mail-peers in the temp directory), which must be on a real disk.
set -eu
export PATH="/usr/sbin:/sbin:$PATH"
HOME_DIR="${PEERS_HOME:-${TMPDIR:-/tmp}/mail-peers}/submission"
HOST=127.0.0.1 STARTTLS_PORT=${STARTTLS_PORT:-3587} TLS_PORT=${TLS_PORT:-3465}
DOMAIN=example.org USERS=100 PASSWORD=pw ITERATIONS=4096
D="$HOME_DIR/dovecot" P="$HOME_DIR/postfix" MAIL="$HOME_DIR/mail"

wait_for() { for _ in $(seq 100); do if "$@" 2>/dev/null; then return 0; fi; sleep 0.1; done; echo "peers.sh: gave up waiting: $*" >&2; exit 1; }
port_open() { (exec 3<>"/dev/tcp/$HOST/$1") 2>/dev/null; }
pid_of() { [ ! -e "$1" ] || tr -d ' \n' <"$1"; }
running() { local pid; pid=$(pid_of "$1"); [ -n "$pid" ] && kill -0 "$pid" 2>/dev/null; }

configure() {
  getent passwd vmail >/dev/null || useradd --system --no-create-home --shell /usr/sbin/nologin vmail
  mkdir -p "$D" "$P/conf" "$P/queue" "$P/data" "$MAIL"
  # every folder above must let Dovecot's and Postfix's own users through
  chmod 755 "$(dirname "$HOME_DIR")" "$HOME_DIR" "$D" "$P"; chown vmail:vmail "$MAIL"; chown postfix "$P/data"
  [ -e "$HOME_DIR/key.pem" ] || openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj "/CN=mx.$DOMAIN" \
    -addext "subjectAltName=DNS:mx.$DOMAIN" -keyout "$HOME_DIR/key.pem" -out "$HOME_DIR/cert.pem" 2>/dev/null
  if [ ! -e "$D/users" ]; then
    for u in $(seq 0 $((USERS - 1))); do echo "u$u@$DOMAIN:$(doveadm -c /dev/null pw -s SCRAM-SHA-256 -r $ITERATIONS -p $PASSWORD)"; done >"$D/users.new"
    chown dovecot "$D/users.new"; chmod 600 "$D/users.new"; mv "$D/users.new" "$D/users"
  fi
  cat >"$D/dovecot.conf" <<C
base_dir = $D/run
state_dir = $D/state
protocols = lmtp
listen = $HOST
ssl = no
log_path = $( [ "${LOG:-0}" = 1 ] && echo "$D/log" || echo /dev/null )
auth_mechanisms = scram-sha-256 plain
mail_location = maildir:~/Maildir
mail_fsync = optimized
default_vsz_limit = 0
first_valid_uid = 1
first_valid_gid = 1
passdb {
  driver = passwd-file
  args = scheme=SCRAM-SHA-256 $D/users
}
userdb {
  driver = static
  args = uid=vmail gid=vmail home=$MAIL/%n allow_all_users=yes
}
service auth {
  client_limit = 10000
  unix_listener $D/auth {
    mode = 0666
  }
}
service lmtp {
  process_min_avail = 4
  unix_listener $D/lmtp {
    mode = 0666
  }
}
C
  : >"$P/conf/aliases"
  for u in $(seq 0 $((USERS - 1))); do echo "u$u@$DOMAIN x"; done >"$P/conf/users"
  cat >"$P/conf/main.cf" <<C
compatibility_level = 3.6
queue_directory = $P/queue
data_directory = $P/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
inet_interfaces = $HOST
inet_protocols = ipv4
myhostname = mx.$DOMAIN
mydomain = $DOMAIN
mydestination =
mynetworks =
alias_maps =
alias_database =
local_recipient_maps =
biff = no
virtual_mailbox_domains = $DOMAIN
virtual_mailbox_maps = texthash:$P/conf/users
virtual_transport = lmtp:unix:$D/lmtp
smtpd_tls_chain_files = $HOME_DIR/key.pem, $HOME_DIR/cert.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = $D/auth
smtpd_sasl_security_options = noanonymous
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions =
smtpd_peername_lookup = no
lmtp_dns_support_level = disabled
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
smtpd_client_auth_rate_limit = 0
anvil_rate_time_unit = 3600s
in_flow_delay = 0
default_process_limit = 250
message_size_limit = 50000000
maillog_file_prefixes = $HOME_DIR
maillog_file = $P/log
C
  [ "${LOG:-0}" = 1 ] || sed -i '/^maillog_file = /d' "$P/conf/main.cf" # like the other benchmarks: what nobody reads is not written
  cat >"$P/conf/master.cf" <<C
$HOST:$STARTTLS_PORT inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
$HOST:$TLS_PORT inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
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
lmtp      unix  -       -       n       -       -       lmtp
anvil     unix  -       -       n       -       1       anvil
scache    unix  -       -       n       -       1       scache
postlog   unix-dgram n  -       n       -       1       postlogd
C
}

up() {
  configure
  running "$D/run/master.pid" || { dovecot -c "$D/dovecot.conf"; wait_for test -S "$D/auth"; }
  running "$P/queue/pid/master.pid" || { postfix -c "$P/conf" start >"$P/start.log" 2>&1 || { cat "$P/start.log" >&2; exit 1; }; }
  wait_for port_open $STARTTLS_PORT; wait_for port_open $TLS_PORT
  echo "postfix with dovecot: submission (STARTTLS) $HOST:$STARTTLS_PORT, submissions (TLS) $HOST:$TLS_PORT, processes $(pids)"
}
pids() { echo "$(pid_of "$P/queue/pid/master.pid"),$(pid_of "$D/run/master.pid")"; }
down() {
  ! running "$P/queue/pid/master.pid" || postfix -c "$P/conf" stop >/dev/null 2>&1
  ! running "$D/run/master.pid" || doveadm -c "$D/dovecot.conf" stop
}
count() { find "$MAIL" -path '*/new/*' -type f | wc -l; }

case "${1:-}" in
  up | down | pids | count) "$1" ;;
  *) echo "usage: peers.sh up | down | pids | count" >&2; exit 2 ;;
esac
