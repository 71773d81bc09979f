#!/bin/sh
# Measures the release build; everything in one run, so that the figures can be held against each other.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
cd "$here"
swift build -c release --static-swift-stdlib -Xlinker -s --product bare 2>&1 | tail -n 1
BARE=$here/.build/release/bare TIDEGATE=$here/../.build/release/tidegate \
    swift package benchmark --no-progress | tee .build/figures
rm -rf "${TMPDIR:-/tmp}"/tidegate-bench-*

# Machines differ, and one machine from minute to minute: the bare process, which took 6 ms where the limits were set,
# says how fast this one was. Each median is shown as measured, and as it would have been there.
awk -F '│' '
    /^[0-9]+ .*: / { name = $0 }
    /^│ Time/ { median[name] = $5 / (/\(ns\)/ ? 1000 : 1); if (name ~ /^3 /) bare = median[name]; order[++count] = name }
    END {
        printf "\nthis machine, by the bare process: %.2f times the time of the measure (%.1f ms of 6 ms)\n", bare / 6000, bare / 1000
        for (i = 1; i <= count; i++)
            printf "%-75s p50 %10.1f us, scaled %10.1f us\n", order[i], median[order[i]], median[order[i]] * 6000 / bare
    }' .build/figures
