#!/usr/bin/env node
// npm run new-module <id>   makes templates/modules/<id> from templates/_module, which passes the contract test.
import { cpSync, existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const TEMPLATES = process.env.VIGIE_TEMPLATES ?? fileURLToPath(new URL('../templates/', import.meta.url))
const [id, ...others] = process.argv.slice(2)

const refuse = (message, hint) => {
  process.stderr.write(`${message}\n  hint: ${hint}\n`)
  process.exit(2)
}

if (id === undefined || others.length > 0) refuse('One id, please.', 'npm run new-module rabbitmq')
if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id) || id.length > 30)
  refuse(
    `"${id}" cannot be the id of a module.`,
    'lower-case words joined by dashes, 30 characters at most: rabbitmq, node-exporter',
  )
const folder = join(TEMPLATES, 'modules', id)
// Files of these names are in every stack, beside those of the modules.
const TAKEN = ['app', 'overview', 'slo', 'stack', 'objectives']
if (existsSync(folder) || TAKEN.includes(id))
  refuse(`There is a module "${id}" already.`, 'choose another id, or edit that one')

const words = id.split('-').map(word => word[0].toUpperCase() + word.slice(1))
// The id in metrics and expressions, in alert names, and as people read it.
const values = { ID: id, NAME: id.replaceAll('-', '_'), ALERT: words.join(''), TITLE: words.join(' ') }
// Filled in beside its place and renamed at the end: half a module is never left behind.
const staged = `${folder}.new`
try {
  cpSync(join(TEMPLATES, '_module'), staged, { recursive: true })
  for (const name of readdirSync(staged)) {
    const file = join(staged, name)
    const text = readFileSync(file, 'utf8')
    writeFileSync(
      file,
      text.replace(/__(ID|NAME|ALERT|TITLE)__/g, (_, key) => values[key]),
    )
  }
  renameSync(staged, folder)
} finally {
  rmSync(staged, { recursive: true, force: true })
}
process.stdout.write(`templates/modules/${id}\n  Next   docs/modules.md, and  npx vitest run test/modules\n`)
