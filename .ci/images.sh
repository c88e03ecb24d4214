# shellcheck shell=bash
# Makes images where no image registry is reached: from packages, from source, from Java libraries.

image() { # NAME [PATH]: an image from the Dockerfile on stdin, and a file or folder for it
  docker image inspect "$1" >/dev/null 2>&1 && return
  local context
  context=$(mktemp -d)
  cat >"$context/Dockerfile"
  if [ $# -gt 1 ]; then cp -R "$2" "$context/"; fi
  DOCKER_BUILDKIT=0 docker build -q -t "$1" "$context"
  rm -rf "$context"
}

exporter() { # IMAGE MODULE[@VERSION] [FOLDER] [COMMAND]: a program without a package, built from its source, at the image's version unless told
  docker image inspect "$1" >/dev/null 2>&1 && return
  local work binary module version
  work=$(mktemp -d)
  module=${2%@*}
  binary=$(basename "${module%/v[0-9]}")
  version=${1##*:}
  case $2 in *@*) version=${2#*@} ;; esac
  printf 'module build\n\ngo 1.24\n\nrequire %s %s\n' "$module" "v${version#v}" >"$work/go.mod"
  if [ -n "${SUMS-}" ]; then echo "$SUMS" >"$work/go.sum"; fi
  (cd "$work" && GOFLAGS=-mod=mod CGO_ENABLED=0 go build -o "$binary" "$module${3:+/$3}")
  printf 'FROM busybox:1.37\nCOPY %s /bin/%s\nENTRYPOINT ["/bin/%s"%s]\n' "$binary" "$binary" "$binary" "${4:+, \"$4\"}" | image "$1" "$work/$binary"
  rm -rf "$work"
}

jars() { # FOLDER ARTIFACT...: Java libraries and what they need, in .cache/images/FOLDER
  local folder=$PWD/.cache/images/$1 pom artifact
  [ -d "$folder" ] && return
  shift
  pom=$(mktemp -d)/pom.xml
  {
    echo '<project><modelVersion>4.0.0</modelVersion><groupId>build</groupId><artifactId>build</artifactId><version>1</version><dependencies>'
    for artifact; do
      IFS=: read -r group name version <<<"$artifact"
      echo "<dependency><groupId>$group</groupId><artifactId>$name</artifactId><version>$version</version></dependency>"
    done
    echo '</dependencies></project>'
  } >"$pom"
  mvn -q -B -f "$pom" dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory="$folder"
}

trust() { # IMAGE: gets this machine's certificates, which npm and pip ask for
  local context
  context=$(mktemp -d)
  cp /etc/ssl/certs/ca-certificates.crt "$context/"
  printf 'FROM %s\nCOPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt\n' "$1" >"$context/Dockerfile"
  DOCKER_BUILDKIT=0 docker build -q -t "$1" "$context"
  rm -rf "$context"
}
