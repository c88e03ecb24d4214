// npm run build && node bench/run.mjs [--install]
// Every number is a median of whole processes, from their start to their end, that took turns with `node -e 0`, so that a
// busy machine slows both. Nothing here fails on a clock.
//   nothing to do     vigie.yaml is read, the whole tree rendered, read from disk and compared; nothing is written
//   3 files touched   one of them carries an edit and is merged, two are gone and written again; one transaction
import { spawnSync } from 'node:child_process'
import { appendFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
const VIGIE = join(ROOT, 'bin', 'vigie.js')
const SDK = '@grafana/grafana-foundation-sdk@0.0.21'
const KINDS = [
  ['postgres', 5432],
  ['redis', 6379],
  ['nginx', 80],
  ['express', 3000],
  ['http', 8080],
]
const sizeOf = folder =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(entry => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath ?? entry.path, entry.name)).size, 0)
const ms = time => `${time.toFixed(0)} ms`
const kb = bytes => `${(bytes / 1000).toFixed(0)} kB`
const say = line => process.stdout.write(`${line}\n`)
const scratch = mkdtempSync(join(tmpdir(), 'vigie-bench-'))

try {
  startUp()
  generate()
  if (process.argv.includes('--install')) install()
  else say('Install size and time: node bench/run.mjs --install (needs a registry)')
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

function startUp() {
  const [bare, version] = medians(11, [() => node(['-e', '0']), () => node([VIGIE, '--version'])])
  say(`node ${process.version}, bare start ${ms(bare)}`)
  report('vigie --version', version, bare, 'aim 1.5 x')
}

function generate() {
  for (const count of [10, 100, 1000]) {
    const folder = repo(count)
    const [floor, time, merged] = medians(count > 10 ? 3 : 9, [
      () => node(['-e', '0']),
      () => node([VIGIE, '-q', 'generate', '--yes'], folder),
      () => node([VIGIE, '-q', 'generate', '--yes'], folder, () => dirtied(folder)),
    ])
    report(`vigie generate, ${count} services, nothing to do`, time, floor, count === 10 ? 'aim 4 x' : '')
    report(
      `vigie generate, ${count} services, 3 files touched`,
      merged,
      floor,
      count === 1000 ? 'aim 3 s' : '',
    )
  }
}

/** What the packed tarball costs, alone and with the SDK that builds Grafana dashboards; we took typed builders of our own. */
function install() {
  const packed = npm(['pack', '--ignore-scripts', '--json', '--pack-destination', scratch], ROOT).stdout
  const [{ filename, size, unpackedSize }] = JSON.parse(packed)
  say(`tarball ${kb(size)}, unpacked ${kb(unpackedSize)}`)
  const tarball = join(scratch, filename)
  const alone = freshInstall('alone', [tarball])
  const withSdk = freshInstall('with-sdk', [tarball, SDK])
  say(`npm install vigie   ${ms(alone.time)}   ${kb(alone.bytes)}`)
  say(`npm install vigie and ${SDK.split('/')[1]}   ${ms(withSdk.time)}   ${kb(withSdk.bytes)}`)
  say('Taken: typed builders of our own, without the SDK.')
}

function freshInstall(name, packages) {
  const folder = join(scratch, name)
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--prefix', folder, ...packages]
  const once = () => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder)
    writeFileSync(join(folder, 'package.json'), '{}')
    return timed(() => npm(args, folder))
  }
  once() // fills npm's cache
  const [time] = medians(3, [once])
  return { time, bytes: sizeOf(join(folder, 'node_modules')) }
}

/** A repo with a Compose file, and a stack that was generated once. */
function repo(count) {
  const folder = join(scratch, `repo-${count}-${readdirSync(scratch).length}`)
  mkdirSync(folder)
  const numbers = Array.from({ length: count }, (_, index) => index)
  const services = numbers.map(index => {
    const [kind, port] = KINDS[index % KINDS.length]
    return `  s${index}: { kind: ${kind}, address: "s${index}:${port}" }`
  })
  const containers = numbers.map(index => `  s${index}:\n    image: example/s${index}:1.0`)
  writeFileSync(join(folder, 'compose.yaml'), `services:\n${containers.join('\n')}\n`)
  writeFileSync(
    join(folder, 'vigie.yaml'),
    `version: 1\nproject: bench\ncompose: compose.yaml\nservices:\n${services.join('\n')}\n`,
  )
  node([VIGIE, '-q', 'generate', '--yes'], folder)
  return folder
}

/** One edit to keep, two files to write again. */
function dirtied(folder) {
  appendFileSync(join(folder, 'monitoring', 'compose.yaml'), '# mine\n')
  for (const name of ['s0', 's1']) {
    const path = ['monitoring', 'prometheus', 'scrape', `${name}.yml`]
    rmSync(join(folder, ...path), { force: true })
    rmSync(`${join(folder, 'monitoring', '.vigie', 'base', ...path.slice(1))}.base`, { force: true })
  }
}

function node(args, cwd = scratch, before = () => {}) {
  before()
  return timed(() => {
    const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
    if (status !== 0) throw new Error(`node ${args.join(' ')} ended with ${status}: ${stderr}`)
  })
}

function npm(args, cwd) {
  const run = spawnSync('npm', args, { cwd, encoding: 'utf8', shell: process.platform === 'win32' })
  if (run.status !== 0) throw new Error(`npm ${args[0]} ended with ${run.status}: ${run.stderr}`)
  return run
}

function timed(work) {
  const start = process.hrtime.bigint()
  work()
  return Number(process.hrtime.bigint() - start) / 1e6
}

/** Medians in milliseconds; the cases take turns. */
function medians(rounds, cases) {
  const times = cases.map(() => [])
  for (let round = 0; round < rounds; round++)
    for (const [index, run] of cases.entries()) times[index].push(run())
  return times.map(list => list.sort((a, b) => a - b)[Math.floor(list.length / 2)])
}

function report(what, time, bare, note) {
  say(
    `${what.padEnd(46)} ${ms(time).padStart(8)} ${(time / bare).toFixed(2).padStart(7)} x bare node   ${note}`,
  )
}
