#!/bin/sh
# Plays what deploys and repairs: writes down what is asked for, in the folder where the shop looks.
set -eu
case $1 in
deploy | rollback) echo "$4" >"$2/$3.version" ;;
restart) echo restarted >"$2/$3.restarted" ;;
scale) echo "$4" >"$2/$3.replicas" ;;
*) echo "nobody knows how to $1" >&2; exit 1 ;;
esac
echo "{\"message\": \"$1 $3 ${4:-}\"}"
