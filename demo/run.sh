#!/bin/sh
# Plays two releases of a service to a real Prometheus on loopback, and lets tidegate judge both.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
tidegate=${TIDEGATE:-$here/../.build/release/tidegate}
folder=$(mktemp -d)
server=
stop() {
    [ -z "$server" ] || { kill "$server" 2>/dev/null || true; wait "$server" 2>/dev/null || true; }
    rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT TERM

now=$(($(date +%s) / 15 * 15 - 60))
awk -v now="$now" -f "$here/samples.awk" >"$folder/samples.txt"
promtool tsdb create-blocks-from openmetrics "$folder/samples.txt" "$folder/data" >"$folder/promtool.log" 2>&1 || {
    cat "$folder/promtool.log" >&2
    echo "demo: promtool could not make the samples" >&2
    exit 1
}
echo 'global: {}' >"$folder/prometheus.yml"
prometheus --config.file="$folder/prometheus.yml" --storage.tsdb.path="$folder/data" \
    --storage.tsdb.retention.time=90d --web.listen-address=127.0.0.1:0 >"$folder/prometheus.log" 2>&1 &
server=$!

# The port is the system's choice; Prometheus says in its log which one it got, and when it is ready.
tries=0
until grep -q 'Server is ready' "$folder/prometheus.log"; do
    tries=$((tries + 1))
    if [ "$tries" -gt 300 ] || ! kill -0 "$server" 2>/dev/null; then
        cat "$folder/prometheus.log" >&2
        echo "demo: Prometheus did not start" >&2
        exit 1
    fi
    sleep 0.1
done
url=http://$(sed -n 's/.*msg="Listening on" address=\([0-9.:]*\).*/\1/p' "$folder/prometheus.log" | head -n 1)

"$tidegate" init "$folder" >/dev/null
judge() {
    echo "--- $1"
    code=0
    "$tidegate" evaluate --slo "$folder/slo.yaml" --sli "$folder/sli.yaml" --provider prometheus="$url" \
        --project demo --stage production --service checkout --label release="$2" --data-dir "$folder/state" \
        --end "$(date -u -d "@$3" +%Y-%m-%dT%H:%M:%SZ)" --window 10m || code=$?
    echo "(exit code $code)"
    echo
    [ "$code" -eq "$4" ] || { echo "demo: expected exit code $4" >&2; exit 1; }
}
judge "release 1.0, good" 1.0 "$((now - 25 * 60))" 0
judge "release 1.1, slower and with errors" 1.1 "$now" 1

cat <<'TEXT'
How to go on:
  .build/release/tidegate init            writes the slo.yaml and sli.yaml that were used here
  .build/release/tidegate evaluate --help the same against your Prometheus
  docs/slo-file.md                        what an SLO file can say
  slo/                                    ready-made files for HTTP services, meshes, the JVM, load tests
TEXT
