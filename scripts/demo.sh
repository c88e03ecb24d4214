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

validate() {
  if command -v promtool >/dev/null; then
    promtool check config monitoring/prometheus/prometheus.yml
    (cd monitoring/prometheus/tests && promtool test rules ./*.yml)
  fi
  if command -v amtool >/dev/null; then amtool check-config monitoring/alertmanager/alertmanager.yml; fi
}

if ! docker info >/dev/null 2>&1; then
  echo 'No Docker engine answers here, so the stack is checked and not started.'
  validate
  echo "Next: start Docker, then  make demo  again. The stack is in $demo/monitoring."
  exit 0
fi
if vigie up; then exit 0; fi
echo 'The engine could not start all of it (what it said stands above), so the stack is checked only.'
validate
echo "Next: mend what is named above, then  make demo  again. The stack is in $demo/monitoring."
exit 2
