import { posix } from 'node:path'

/** What builds one project of several, each with the project as its group: by its name, or by its folder. */
const TARGETS: readonly RegExp[] = [
  /\bcargo\s(?:.*\s)?(?:-p|--package)[ =]([\w./-]+)/g,
  /\bcargo\s(?:.*\s)?(?:--manifest-path|--path)[ =]([\w./-]+)/g,
  /\bmvnw?\s(?:.*\s)?(?:-pl|--projects)[ =]:?([\w./-]+)/g,
  /\bgradlew?\s(?:.*\s)?:?([\w-]+(?::[\w-]+)*):(?:bootJar|build|assemble|shadowJar|installDist|distTar|quarkusBuild|jar)\b/g,
  /\bdotnet\s+publish\s+(?:-\S+\s+)*["']?([\w./-]+\.\w+proj)\b/g,
  /\bturbo\s+prune\s+(?:--scope=)?([@\w/-]+)/g,
  /\bturbo\s(?:run\s+)?build\s(?:.*\s)?--filter[ =]["']?([@\w/-]+)/g,
  /\bpnpm\s(?:.*\s)?(?:--filter|-F)[ =]["']?([@\w/-]+)["']?\s+(?:run\s+)?build\b/g,
  /\byarn\s+workspace\s+([@\w/-]+)\s+(?:run\s+)?build\b/g,
  /\bnx\s+build\s+([@\w/-]+)/g,
]

/** In characters; the patterns look again from every word, and nobody types more. */
const LONGEST = 1000
const MOST = 200

/** The projects that a line of a Dockerfile builds: `shop-api` of `cargo build -p shop-api`, `services/api` of `gradle :services:api:bootJar`. */
export const targetsOf = (run: string): string[] =>
  run
    .split(/[;&|\n]/)
    .filter(command => command.length < LONGEST)
    .slice(0, MOST)
    .flatMap(command => TARGETS.flatMap(pattern => [...command.matchAll(pattern)]))
    .map(([, name = '']) =>
      /\.(toml|\w+proj)$/.test(name) ? posix.dirname(name) : name.replaceAll(':', '/'),
    )
