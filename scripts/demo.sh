#!/bin/sh
# The example shop, set up with the real CLI in a copy, and brought up where an engine answers.
set -eu
here=$PWD
demo=$here/.cache/demo/shop
vigie() { node "$here/bin/vigie.js" "$@"; }

if [ ! -f "$demo/vigie.yaml" ]; then
  rm -rf "$demo"
  mkdir -p "${demo%/*}"
  cp -R examples/shop "$demo"
  (cd "$demo" && vigie init --yes --alerts none)
fi
cd "$demo"

# What this machine has to check a stack with; each needs no engine.
validate() {
  checked=
  if command -v promtool >/dev/null; then
    quietly promtool check config monitoring/prometheus/prometheus.yml
    quietly sh -c 'cd monitoring/prometheus/tests && promtool test rules ./*.yml'
    checked="$checked promtool (configuration, rules and their tests),"
  fi
  if command -v amtool >/dev/null; then
    quietly amtool check-config monitoring/alertmanager/alertmanager.yml
    checked="$checked amtool,"
  fi
  if docker compose version >/dev/null 2>&1; then
    quietly docker compose config -q
    checked="$checked docker compose,"
  fi
  if [ -n "$checked" ]; then echo "The stack in $demo/monitoring was checked with${checked%,}. All is well."
  else echo "The stack in $demo/monitoring could not be checked: promtool, amtool and docker compose are all missing."; fi
}

quietly() {
  if said=$("$@" 2>&1); then return 0; fi
  printf '%s\n' "$said"
  echo "This check failed: $*"
  exit 2
}

if ! docker info >/dev/null 2>&1; then
  echo 'No Docker engine answers here, so the stack is checked and not started.'
  validate
  echo 'Next: start Docker, then  make demo  again.'
  exit 0
fi
if vigie up; then exit 0; fi
echo 'The engine could not start all of it (what it said stands above), so it is checked only.'
validate
echo 'Next: mend what is named above, then  make demo  again.'
exit 2
