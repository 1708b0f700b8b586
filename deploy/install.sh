# Sourced by deploy/quickstart.sh and tests/run.sh, in the root of the repository: installs what is
# missing, quietly, one line a step, and says what to do where it cannot.
# shellcheck shell=bash

PYTHON=${PYTHON:-python3}

# What the program itself needs of the system: kinds of files, ClamAV, text recognition in six
# languages, and what WeasyPrint prints with.
PROGRAM_PACKAGES="python3-venv libmagic1 clamav-daemon
    tesseract-ocr tesseract-ocr-eng tesseract-ocr-fra tesseract-ocr-deu
    tesseract-ocr-nld tesseract-ocr-spa tesseract-ocr-ita
    libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core"
INSTALL_LOG=$(mktemp)

say() { printf '%s\n' "$@"; }
step() { printf '  %-58s' "$1 "; }
ok() { printf '%s\n' "${1:-ok}"; }
die() {
    say "" "$@" >&2
    exit 1
}

# Run a command with its output in the log; show the end of the log when it fails.
quietly() {
    if ! "$@" >>"$INSTALL_LOG" 2>&1 </dev/null; then
        printf 'failed\n' >&2
        tail -n 25 "$INSTALL_LOG" >&2
        die "This failed: $*" "The whole log: $INSTALL_LOG"
    fi
}

# Tell whether the loader finds a library. Not grep -q: pipefail sees its SIGPIPE.
has_library() {
    PATH=$PATH:/usr/sbin:/sbin ldconfig -p | grep -F "$1" >/dev/null
}

# Tell whether what a Debian package gives is here already, however it was installed.
has() {
    case $1 in
        python3-venv) "$PYTHON" -c 'import ensurepip, venv' 2>/dev/null ;;
        libmagic1) has_library libmagic.so.1 ;;
        libpango-1.0-0) has_library libpango-1.0.so.0 ;;
        libpangoft2-1.0-0) has_library libpangoft2-1.0.so.0 ;;
        fonts-dejavu-core) [ -n "$(find /usr/share/fonts /usr/local/share/fonts -name DejaVuSans.ttf 2>/dev/null)" ] ;;
        libharfbuzz-subset0) has_library libharfbuzz-subset.so.0 ;;
        tesseract-ocr) command -v tesseract >/dev/null ;;
        tesseract-ocr-*) tesseract --list-langs 2>/dev/null | grep -x "${1#tesseract-ocr-}" >/dev/null ;;
        clamav-daemon) command -v clamd >/dev/null || [ -x /usr/sbin/clamd ] ;;
        e2fsprogs) [ -x /usr/sbin/mkfs.ext4 ] || [ -x /sbin/mkfs.ext4 ] ;;
        maven) command -v mvn >/dev/null ;;
        postfix) command -v postfix >/dev/null || [ -x /usr/sbin/postfix ] ;;
        libc6-dev) [ -e /usr/include/stdio.h ] ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

# The tests want the programs of Postfix. Without a configuration of its own it is never started.
unconfigured_postfix() {
    printf 'postfix postfix/main_mailer_type select No configuration\n' | debconf-set-selections
}

# install_packages PACKAGE...: install the missing ones with apt. Nothing is removed for them:
# a mail server that is here stays.
install_packages() {
    step "System packages"
    command -v "$PYTHON" >/dev/null || die "Python is missing. Install it first: apt-get install python3"
    "$PYTHON" -c 'import sys; sys.exit(sys.version_info < (3, 11))' ||
        die "Python 3.11 or newer is needed; this is $("$PYTHON" --version)." \
            "Name another one like this: PYTHON=/usr/bin/python3.12 $0"
    local missing=() package
    for package in "$@"; do
        has "$package" || missing+=("$package")
    done
    if [ ${#missing[@]} -eq 0 ]; then
        ok "all here"
        return
    fi
    command -v apt-get >/dev/null ||
        die "Missing, and there is no apt here: ${missing[*]}" \
            "Install what these Debian packages contain, then run this again."
    [ "$(id -u)" -eq 0 ] ||
        die "Missing: ${missing[*]}" \
            "Run this as root, or install them yourself: sudo apt-get install ${missing[*]}"
    export DEBIAN_FRONTEND=noninteractive
    quietly apt-get -q -o DPkg::Lock::Timeout=300 update
    [[ " ${missing[*]} " != *" postfix "* ]] || quietly unconfigured_postfix
    quietly apt-get -q -y -o DPkg::Lock::Timeout=300 --no-install-recommends --no-remove install "${missing[@]}"
    for package in "${missing[@]}"; do
        has "$package" || die "$package was installed, but what it should contain cannot be found."
    done
    ok "installed ${missing[*]}"
}

# install_environment LOCK: make .venv hold exactly what the lock file says, and ingestd itself.
# Every file is checked against its hash, and nothing but the lock is asked for.
install_environment() {
    local lock=$1 wanted
    step "Python environment (.venv, from $lock)"
    wanted=$(sha256sum "$lock" pyproject.toml | cut -d' ' -f1 | tr '\n' ' ')
    if [ -x .venv/bin/ingestd ] && grep -qsF "$wanted" .venv/installed; then
        ok "up to date"
        return
    fi
    [ -x .venv/bin/python ] || quietly "$PYTHON" -m venv .venv
    quietly .venv/bin/python -m pip install --require-hashes -r "$lock"
    quietly .venv/bin/python -m pip install --no-index --no-deps --no-build-isolation -e .
    printf '%s\n' "$wanted" >>.venv/installed
    ok "installed"
}
