#!/bin/sh
# Measures the release build; everything in one run, so that the figures can be held against each other.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
swift build -c release --static-swift-stdlib -Xlinker -s --product bare 2>&1 | tail -n 1
BARE=$here/.build/release/bare TIDEGATE=$here/../.build/release/tidegate \
    swift package benchmark --no-progress --time-units microseconds
rm -rf "${TMPDIR:-/tmp}"/tidegate-bench-*
