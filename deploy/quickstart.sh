#!/usr/bin/env bash
# Try ingestd: install what is missing, start it in ./var, send it sample mails, say what became of
# each, and what to type next.
#
#     deploy/quickstart.sh           stops everything at the end
#     deploy/quickstart.sh --stay    leaves ingestd and ClamAV running, to send mails of your own
#     deploy/quickstart.sh --stop    stops what --stay left running
#     deploy/quickstart.sh --fresh   begins with an empty ledger; the old ./var is kept beside it
#     deploy/quickstart.sh --no-install    uses what is installed, installs nothing
#
# Made for a fresh Debian as root; elsewhere it says what is missing. Runs again without harm.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=deploy/install.sh
. deploy/install.sh

COMPANY=FR40303265045
TO=fr40303265045@in.example.com
MISTYPED=fr40303265046@in.example.com
FROM=factures@papeterie-du-parc.example
VAR=$PWD/var
CLAMAV=$VAR/clamav
SAMPLES=tests/documents
INGESTD=.venv/bin/ingestd
STAY=no FRESH=no INSTALL=yes

# --- starting and stopping ---------------------------------------------------------------------

# running PIDFILE: tell whether it names a live process of ours (and not whoever has its number now).
running() { [ -s "$1" ] && grep -qsaE 'clamd|ingestd' "/proc/$(cat "$1")/cmdline"; }

# stop PIDFILE: end a process of ours and wait for it.
stop() {
    running "$1" || { rm -f "$1"; return 0; }
    kill "$(cat "$1")" || true
    for _ in $(seq 400); do
        running "$1" || break
        sleep 0.1
    done
    rm -f "$1"
}
stop_all() {
    stop "$VAR/serve.pid"
    stop "$CLAMAV/quickstart.pid"
}

# Tell whether anyone listens on the port we want.
port_taken() { (exec 3<>"/dev/tcp/$HOST/$PORT") 2>/dev/null; }

read_options() {
    for option in "$@"; do
        case $option in
            --stay) STAY=yes ;;
            --fresh) FRESH=yes ;;
            --no-install) INSTALL=no ;;
            --stop)
                stop_all
                say "Stopped."
                exit 0
                ;;
            *) sed -n '2,/^set/{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" && exit 2 ;;
        esac
    done
    local listen=${INGESTD_SMTP__LISTEN:-127.0.0.1:8025}
    [[ $listen =~ ([0-9.]+):([0-9]+) ]] || die "INGESTD_SMTP__LISTEN is '$listen'; write it as '[\"127.0.0.1:8026\"]'."
    HOST=${BASH_REMATCH[1]} PORT=${BASH_REMATCH[2]}
}

check_nothing_runs() {
    running "$VAR/serve.pid" &&
        die "An ingestd of an earlier run is still running here." \
            "Stop it with: deploy/quickstart.sh --stop"
    port_taken &&
        die "Something else listens on $HOST:$PORT already." \
            "Take another port like this: INGESTD_SMTP__LISTEN='[\"127.0.0.1:8026\"]' deploy/quickstart.sh"
    return 0
}

# --- the parts ---------------------------------------------------------------------------------

write_configuration() {
    if [ $FRESH = yes ] && [ -e "$VAR" ]; then
        local old
        old=$VAR.$(date +%Y%m%d-%H%M%S)
        mv "$VAR" "$old"
        say "  The instance from before was moved to $(basename "$old")."
    fi
    mkdir -p "$CLAMAV"
    chmod 700 "$VAR"
    cat >"$VAR/ingestd.toml" <<END
# Written by deploy/quickstart.sh. All keys: docs/configuration.md
[smtp]
listen = ["$HOST:$PORT"]
[storage]
path = "$VAR"
min_free_bytes = 67108864
[clamav]
socket = "$CLAMAV/clamd.sock"
END
    export INGESTD_CONFIG=$VAR/ingestd.toml
}

# Use the system's virus signatures if there are any, else one that knows the EICAR test file alone.
choose_signatures() {
    DATABASE=/var/lib/clamav
    TEST_SIGNATURE=no
    compgen -G "$DATABASE/main.c[vl]d" >/dev/null && [ -r "$DATABASE" ] && return
    compgen -G "$DATABASE/daily.c[vl]d" >/dev/null && [ -r "$DATABASE" ] && return
    DATABASE=$CLAMAV/db
    TEST_SIGNATURE=yes
    mkdir -p "$DATABASE"
    printf 'Eicar-Test-Signature:0:0:%s\n' "$(eicar | od -An -v -tx1 | tr -d ' \n')" \
        >"$DATABASE/test.ndb"
}

# The harmless file that every scanner reports; in two halves, so that this script is not reported.
eicar() { printf '%s%s' 'X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-' 'ANTIVIRUS-TEST-FILE!$H+H*'; }

start_clamav() {
    step "ClamAV"
    choose_signatures
    sed -e "s#@DIRECTORY@#$CLAMAV#" -e "s#@DATABASE@#$DATABASE#" -e "s#@USER@#$(id -un)#" \
        deploy/clamd.conf.in >"$CLAMAV/clamd.conf"
    rm -f "$CLAMAV/clamd.sock"
    PATH=$PATH:/usr/sbin setsid clamd -c "$CLAMAV/clamd.conf" >"$CLAMAV/output" 2>&1 </dev/null &
    printf '%s\n' $! >"$CLAMAV/quickstart.pid"
    for _ in $(seq 1800); do
        [ -S "$CLAMAV/clamd.sock" ] && break
        kill -0 $! 2>/dev/null || break # not `running`: its name comes a moment later
        sleep 0.1
    done
    [ -S "$CLAMAV/clamd.sock" ] || die "ClamAV did not start. It said:" "$(tail -n 5 "$CLAMAV/output")"
    if [ $TEST_SIGNATURE = no ]; then
        ok "scanning with the signatures of $DATABASE"
        return
    fi
    ok "started"
    say "" \
        "  !! This machine has no virus signatures. ClamAV runs with ONE test signature (EICAR):" \
        "  !! it will find the sample virus below and NO real virus. Before real use, run:" \
        "  !!     freshclam      (Debian package clamav-freshclam)" ""
}

start_ingestd() {
    step "ingestd on $HOST:$PORT"
    "$INGESTD" company show "$COMPANY" >/dev/null 2>&1 ||
        quietly "$INGESTD" company add "$COMPANY" --name "Ateliers Lumière SARL"
    setsid "$INGESTD" serve >>"$VAR/serve.log" 2>&1 </dev/null &
    printf '%s\n' $! >"$VAR/serve.pid"
    for _ in $(seq 300); do
        port_taken && break
        kill -0 $! 2>/dev/null || break # not `running`: its name comes a moment later
        sleep 0.1
    done
    port_taken || die "ingestd did not start. It said:" "$(tail -n 15 "$VAR/serve.log")"
    ok "started"
}

# --- the mails ---------------------------------------------------------------------------------

# deliver WHAT SUBJECT SWAKS-ARGUMENT...: send one mail with swaks; note its subject and its reply.
deliver() {
    local what=$1 subject=$2 conversation
    shift 2
    conversation=$(swaks --server "$HOST" --port "$PORT" --helo quickstart.example \
        --from "$FROM" --to "$TO" --header "Subject: $subject" \
        --body "Bonjour, veuillez trouver notre document." "$@" 2>&1) || true
    printf '%s\t%s\t%s\n' "$subject" "$what" \
        "$(grep -aE '^ *<(-|~|\*)+ ' <<<"$conversation" | grep -avE '221|Bye' | tail -n 1 | tr -d '\r' | sed 's/^ *<[-~*]* *//')" \
        >>"$SENT"
}

send_mails() {
    step "Sending 11 mails with swaks"
    SENT=$VAR/sent.tsv
    : >"$SENT"
    local pdf=(--attach-type application/pdf) xml=(--attach-type application/xml)
    deliver "a Factur-X PDF" "Facture PM-2026-0412" "${pdf[@]}" --attach "@$SAMPLES/factur-x-en16931.pdf"
    deliver "a UBL invoice (Peppol BIS 3)" "Factuur 2026/187" "${xml[@]}" --attach "@$SAMPLES/ubl-invoice.xml"
    deliver "a CII invoice" "Rechnung RE-70421" "${xml[@]}" --attach "@$SAMPLES/cii-invoice.xml"
    deliver "a plain PDF, without electronic data" "Facture PM-2026-0455" "${pdf[@]}" --attach "@$SAMPLES/plain-invoice.pdf"
    deliver "a zip with two XML invoices" "Rechnungen September" --attach-type application/zip --attach "@$SAMPLES/two-invoices.zip"
    deliver "a UBL invoice whose total is wrong" "Factuur 2026/191" "${xml[@]}" --attach "@$SAMPLES/ubl-wrong-total.xml"
    deliver "a UBL invoice made out to another company" "Factuur 2026/192" "${xml[@]}" --attach "@$SAMPLES/ubl-wrong-recipient.xml"
    deliver "a program" "Update" --attach-name setup.exe --attach "@$SAMPLES/setup.exe"
    deliver "a mail without attachment" "Bonjour"
    eicar | deliver "the EICAR test virus" "Facture urgente" --attach-name facture.com --attach -
    deliver "to a mistyped address" "Facture PM-2026-0500" --to "$MISTYPED" "${pdf[@]}" --attach "@$SAMPLES/plain-invoice.pdf"
    ok "sent"
}

# next COMMAND WHAT: one line of what to type.
next() { printf '  %-40s # %s\n' "$1" "$2"; }

say_what_next() {
    say "" "What to type next (in $PWD):" "" "  export INGESTD_CONFIG=$INGESTD_CONFIG"
    if [ $STAY = yes ]; then
        say "  swaks --server $HOST --port $PORT --to $TO --attach @your-invoice.pdf"
    else
        next "deploy/quickstart.sh --stay" "the same, and leave it running for mails of your own"
    fi
    next "$INGESTD invoice list" "the purchase invoices"
    next "$INGESTD inbox list" "what is held, and why (--ignored: the rest as well)"
    next "$INGESTD inbox show ID" "one mail, part by part"
    next "$INGESTD check FILE --no-scan" "judge any mail or invoice, with no effect"
    next "$INGESTD doctor" "is everything in place?"
    [ $STAY = no ] || next "deploy/quickstart.sh --stop" "stop ingestd and ClamAV, which are left running"
    say "" 'Then read README.md, "How to go on".'
}

main() {
    read_options "$@"
    say "ingestd quickstart" ""
    if [ $INSTALL = yes ]; then
        # shellcheck disable=SC2086
        install_packages $PROGRAM_PACKAGES swaks
        install_environment requirements.lock
    fi
    check_nothing_runs
    write_configuration
    trap stop_all EXIT
    trap 'exit 130' INT TERM
    start_clamav
    start_ingestd
    send_mails
    .venv/bin/python deploy/verdicts.py "$INGESTD" "$SENT"
    [ $STAY = no ] || trap - EXIT
    say_what_next
}

main "$@"
