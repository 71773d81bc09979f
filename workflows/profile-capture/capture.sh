#!/bin/sh
# Profiles a service for some seconds with perf, and draws a flame graph of it.
# capture.sh SERVICE SECONDS FOLDER ID: SERVICE is the name of the program, ID that of the file; a second time is the same.
set -eu
service=$1 seconds=$2 folder=$3 id=$4
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$folder"
picture=$folder/$id.svg
if [ ! -s "$picture" ]; then
    process=$(pgrep -o -x "$service") || { echo "no program called $service is running" >&2; exit 1; }
    perf record -q -e cpu-clock -F 99 -g -p "$process" -o "$folder/$id.data" -- sleep "$seconds" >&2
    perf script -i "$folder/$id.data" 2>/dev/null | awk -f "$here/flame.awk" >"$picture.new"
    mv "$picture.new" "$picture"
    rm -f "$folder/$id.data"
fi
printf '{"message": "profiled %s for %s s", "links": [{"title": "flame graph", "url": "file://%s"}]}\n' "$service" "$seconds" "$picture"
