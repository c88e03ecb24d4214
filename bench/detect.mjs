// npm run build && node bench/detect.mjs
// What detection costs on large trees, against bare node in the same run. Nothing here fails on a clock.
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const VIGIE = fileURLToPath(new URL('../bin/vigie.js', import.meta.url))
const scratch = mkdtempSync(join(tmpdir(), 'vigie-bench-'))

try {
  for (const files of [100, 10_000, 100_000]) {
    const folder = repo(files)
    const bare = median(() => node(['-e', '0'], folder))
    const time = median(() => node([VIGIE, 'detect', '--json'], folder))
    process.stdout.write(
      `vigie detect, ${files} files: ${time.toFixed(0)} ms, ${(time - bare).toFixed(0)} ms beyond node start${files === 10_000 ? ' (aim 1000 ms)' : ''}\n`,
    )
  }
} finally {
  rmSync(scratch, { recursive: true, force: true })
}

/** A monorepo: twenty services in the Compose file, a package.json for every hundred files, ten files a folder. */
function repo(files) {
  const root = join(scratch, String(files))
  for (let index = 0; index < files; index++) {
    const folder = join(root, `packages/p${Math.floor(index / 100)}/src/m${Math.floor(index / 10) % 10}`)
    if (index % 10 === 0) mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, `file${index % 10}.ts`), 'export const a = 1\n')
    if (index % 100 === 0) writeFileSync(join(folder, '../../package.json'), packageOf(index / 100))
  }
  const services = Array.from({ length: 20 }, (_, at) => service(at, Math.ceil(files / 100)))
  writeFileSync(join(root, 'compose.yaml'), `services:\n${services.join('')}`)
  writeFileSync(join(root, '.gitignore'), 'dist/\n*.log\n!keep/\n/cache/**\n')
  return root
}

function packageOf(index) {
  return JSON.stringify(
    { name: `@acme/p${index}`, dependencies: { fastify: '5', [`@acme/p${index + 1}`]: 'workspace:*' } },
    null,
    2,
  )
}

function service(at, packages) {
  if (at % 2 === 0) return `  db${at}:\n    image: postgres:16\n`
  return `  app${at}:\n    image: node:22\n    volumes: ["./packages/p${at % packages}:/app"]\n    ports: ["${4000 + at}"]\n`
}

function node(args, cwd) {
  const start = process.hrtime.bigint()
  const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(stderr)
  return Number(process.hrtime.bigint() - start) / 1e6
}

function median(run) {
  const times = Array.from({ length: 5 }, run).sort((a, b) => a - b)
  return times[2]
}
