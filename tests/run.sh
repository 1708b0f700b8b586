#!/usr/bin/env bash
# Install what is missing and run the whole test suite. Arguments go to pytest:
#
#     tests/run.sh                     everything
#     tests/run.sh tests/unit -k vat   some of it
#
# Ends with pytest's summary line and its exit code (1 if only ruff or mypy had something to say).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
# shellcheck source=deploy/install.sh
. deploy/install.sh

say "ingestd tests"
# shellcheck disable=SC2086
install_packages $PROGRAM_PACKAGES swaks strace faketime e2fsprogs git maven curl msmtp postfix gcc libc6-dev
install_environment tests/requirements.lock

step "Rule packs"
packs=$(.venv/bin/python -m tests._rules 2>&1) || die "failed" "$packs"
ok "all here"

style=0
for check in "ruff check" "ruff format --check" "mypy"; do
    step "$check"
    # shellcheck disable=SC2086
    if report=$(.venv/bin/python -m $check 2>&1); then
        ok
    else
        ok "failed"
        printf '%s\n' "$report"
        style=1
    fi
done

# Two processes share everything: one has the tests that run servers, the other begins with the rest.
[ $# -gt 0 ] || set -- -n 2 --dist loadfile
tests=0
.venv/bin/python -m pytest "$@" || tests=$?
exit $((tests ? tests : style))
