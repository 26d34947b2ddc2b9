#!/bin/sh
# Holds RESET of a live bench for three seconds and looks at what comes of it, with curl.
#
#   nasboard start
#   sh reset.sh http://127.0.0.1:7080
#
# The exit code is 0 where all steps passed. Where nasboard printed a token: NASBOARD_TOKEN=… sh reset.sh URL
set -eu

api="${1:-http://127.0.0.1:7080}/api/v1"

ask() {
  curl --silent --show-error --fail-with-body \
    ${NASBOARD_TOKEN:+--header "Authorization: Bearer $NASBOARD_TOKEN"} "$@"
}

post() {
  ask --header 'Content-Type: application/json' --data "$2" "$api$1"
}

outcome=$(post '/steps?at-once=true' '[
  { "power": "on" },
  { "wait-state": { "appliance": "ready" } },
  { "delay": "3s" },
  { "expect-beeps": ["500ms", "1500ms"] },
  { "press": { "part-id": "reset", "hold": "3s" } },
  { "wait-serial": { "pattern": "basic reset done" } },
  { "expect-beeps": ["500ms"] }
]')
echo "$outcome"

ask "$api/board"
echo
ask --output trace.jsonl "$api/artefacts/trace.jsonl"
echo "the trace is in trace.jsonl" >&2

case $outcome in
  *'"outcome":"passed","steps"'*) ;;
  *) exit 1 ;;
esac
