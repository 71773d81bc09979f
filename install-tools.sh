#!/bin/sh
# Installs what the build, the demo and the tests need beside Swift, where it is missing. Debian and its kin.
set -eu

missing=
need() { # a check that succeeds where the package is there, and the package
    sh -c "$1" >/dev/null 2>&1 || missing="$missing $2"
}
need 'command -v swift' swift
case " $missing " in *" swift "*)
    echo "Swift 6.2 or later is missing: see https://www.swift.org/install/linux/" >&2
    exit 1
    ;;
esac
need 'test -e /usr/include/sqlite3.h' libsqlite3-dev
need 'test -e /usr/include/zlib.h' zlib1g-dev
need 'command -v prometheus && command -v promtool' prometheus
need 'command -v prometheus-alertmanager' prometheus-alertmanager
need 'command -v git' git
need 'test -x /usr/bin/prlimit' util-linux
need 'command -v openssl' openssl
need 'command -v sqlite3' sqlite3
need 'command -v curl' curl
need 'python3 -c "import ensurepip, venv"' python3-venv
[ -n "$missing" ] || exit 0

if ! command -v apt-get >/dev/null 2>&1; then
    echo "missing:$missing (Debian's names). Install them with this system's package manager, and try again." >&2
    exit 1
fi
sudo=
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "missing:$missing. Install them as the superuser: apt-get install$missing" >&2
        exit 1
    fi
    sudo=sudo
fi
echo "installing:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# shellcheck disable=SC2086
if ! { $sudo apt-get -o DPkg::Lock::Timeout=120 update -qq && $sudo env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y -qq --no-install-recommends $missing; } >"$log" 2>&1; then
    cat "$log" >&2
    echo "could not install:$missing" >&2
    exit 1
fi
