// npm run build && node bench/linters/run.mjs
// Holds everything that vigie can render against linters that others wrote: promtool, pint (https://cloudflare.github.io/pint/) and
// dashboard-linter (https://github.com/grafana/dashboard-linter), each with all of its checks. One that is not on PATH is named and left out.
import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const HERE = fileURLToPath(new URL('.', import.meta.url))
const VIGIE = join(HERE, '../../bin/vigie.js')
const scratch = mkdtempSync(join(tmpdir(), 'vigie-linters-'))
const say = line => process.stdout.write(`${line}\n`)
let failed = 0

try {
  const count = everything()
  const monitoring = join(scratch, 'monitoring')
  const rules = filesIn(join(monitoring, 'prometheus/rules'), '.yml')
  const dashboards = join(monitoring, 'grafana/dashboards/vigie')
  say(`${count} kinds, ${rules.length} files of rules, ${filesIn(dashboards, '.json').length} dashboards`)
  lint('promtool', [['check', 'rules', '--lint=all', '--lint-fatal', ...rules]])
  lint('promtool', [
    ['check', 'config', '--lint=all', '--lint-fatal', join(monitoring, 'prometheus/prometheus.yml')],
  ])
  const pint = [
    '--offline',
    '--no-color',
    '-c',
    join(HERE, 'pint.hcl'),
    'lint',
    '--min-severity=info',
    '--fail-on=info',
  ]
  lint('pint', [[...pint, ...rules]])
  copyFileSync(join(HERE, 'lint.yaml'), join(dashboards, '.lint'))
  lint(
    'dashboard-linter',
    filesIn(dashboards, '.json').map(file => ['lint', '--strict', file]),
  )
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
process.exitCode = failed === 0 ? 0 : 1

/** A stack with one service of every kind, probes and objectives. */
function everything() {
  const kinds = JSON.parse(vigie('list', '--kinds', '--json')).map(kind => kind.id)
  const services = kinds.map(kind => {
    const slo =
      kind === 'express' ? ', slo: { availability: 99.9, latency: { threshold: 0.5, target: 99 } }' : ''
    return `  a-${kind}: { kind: ${kind}, address: "a-${kind}:1234"${slo} }`
  })
  const probes = '  site: { http: "https://example.com/" }\n  port: { tcp: "a:80" }'
  const text = `version: 1\nproject: everything\nservices:\n${services.join('\n')}\nprobes:\n${probes}\n`
  writeFileSync(join(scratch, 'vigie.yaml'), text)
  vigie('generate', '--yes')
  return kinds.length
}

function vigie(...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [VIGIE, ...args], {
    cwd: scratch,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(stderr)
  return stdout
}

function filesIn(folder, end) {
  return readdirSync(folder)
    .filter(name => name.endsWith(end))
    .map(name => join(folder, name))
}

/** Runs a linter as often as it has to, and shows what it says only where it complains. */
function lint(tool, runs) {
  if (spawnSync(tool, ['--version']).error) return say(`${tool}: not on PATH, left out`)
  const bad = runs.map(args => spawnSync(tool, args, { encoding: 'utf8' })).filter(run => run.status !== 0)
  for (const run of bad) say(run.stdout + run.stderr)
  failed += bad.length
  say(
    `${tool} ${runs[0].slice(0, 2).join(' ')}: ${bad.length === 0 ? 'clean' : `${bad.length} of ${runs.length} runs complain`}`,
  )
}
