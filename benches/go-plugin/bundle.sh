#!/bin/sh
# Builds the Go peer, stripped, and packs it: bundle.sh OUT.tar.gz
set -eu
out=$(realpath -m "${1:?usage: bundle.sh OUT.tar.gz}")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
top="$work/com.example.bench"
mkdir -p "$top/server/dist" "$(dirname "$out")"
cp "$here/plugin.json" "$top/"
(cd "$here" && CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o "$top/server/dist/plugin-linux-amd64" .)
tar -C "$work" -czf "$out" com.example.bench
