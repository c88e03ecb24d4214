#!/bin/sh
# promtool, amtool and the servers themselves (Prometheus 3): from PATH, else from the distribution's packages (without root),
# else from their images. What is found goes to .cache/tools/bin; a machine that has none of the three is told so and goes on
# without.
set -u
dir=.cache/tools
mkdir -p "$dir/bin"

modern() { # TOOL: is it there, and of a version that knows today's configuration?
  case $1 in
    promtool) PATH="$PWD/$dir/bin:$PATH" promtool --version 2>&1 | grep -q 'version 3\.' ;;
    prometheus) PATH="$PWD/$dir/bin:$PATH" prometheus --version 2>&1 | grep -q 'version 3\.' ;;
    alertmanager) PATH="$PWD/$dir/bin:$PATH" alertmanager --version 2>&1 | grep -qE 'version 0\.(2[89]|[3-9][0-9])' ;;
    amtool) PATH="$PWD/$dir/bin:$PATH" amtool --version 2>&1 | grep -qE 'version 0\.(2[89]|[3-9][0-9])' ;;
  esac
}

from_package() { # TOOL PACKAGE; the server of a package is called like the package
  command -v apt-get >/dev/null && command -v dpkg-deb >/dev/null || return 1
  mkdir -p "$dir/deb"
  (cd "$dir/deb" && apt-get download "$2" >/dev/null 2>&1 && dpkg-deb -x "$2"_*.deb "$2") || return 1
  for name in "$1" "$2"; do
    [ -x "$dir/deb/$2/usr/bin/$name" ] && ln -sf "$PWD/$dir/deb/$2/usr/bin/$name" "$dir/bin/$1" && break
  done
  modern "$1" || { rm -f "$dir/bin/$1"; return 1; }
}

from_image() { # TOOL IMAGE
  docker image inspect "$2" >/dev/null 2>&1 || docker pull -q "$2" >/dev/null 2>&1 || return 1
  cat >"$dir/bin/$1" <<WRAPPER
#!/bin/sh
# As the caller, and with the whole repo in sight: rule tests name files beside their own folder.
case \$PWD/ in "$PWD"/* | /tmp/*) seen=$PWD ;; *) seen=\$PWD ;; esac
exec docker run --rm -i --network host --user "\$(id -u):\$(id -g)" -v /tmp:/tmp -v "\$seen:\$seen" -w "\$PWD" --entrypoint /bin/$1 $2 "\$@"
WRAPPER
  chmod 755 "$dir/bin/$1"
  modern "$1" || { rm -f "$dir/bin/$1"; return 1; }
}

find_tool() { # TOOL PACKAGE IMAGE
  modern "$1" || from_package "$1" "$2" || from_image "$1" "$3" ||
    echo "no $1: neither on PATH, nor in this distribution's packages at version 3, nor as image $3"
}

find_tool promtool prometheus prom/prometheus:v3.13.4
find_tool amtool prometheus-alertmanager prom/alertmanager:v0.34.1
find_tool prometheus prometheus prom/prometheus:v3.13.4
find_tool alertmanager prometheus-alertmanager prom/alertmanager:v0.34.1
