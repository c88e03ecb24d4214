// node scripts/build.mjs [folder]
// dist/: the program and its dependencies in a few files, and templates/ compiled, so that starting and installing cost little.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
// Of these two, Node would take one CommonJS file after another, where the bundler can leave nothing out.
const alias = {
  yaml: join(root, 'node_modules/yaml/browser/index.js'),
  handlebars: join(root, 'node_modules/handlebars/lib/handlebars.js'),
}
// Three files open faster than twenty. What `generate` needs is what nearly every command needs.
const groups = [
  { name: 'start', test: /src[\\/]main\.ts$/, priority: 3 },
  { name: 'cli', test: /src[\\/]cli\.ts$/, priority: 2 },
  { name: 'core', test: /src[\\/]commands[\\/]generate\.ts$/, priority: 1 },
]
const dist = process.argv[2] ?? join(root, 'dist')
rmSync(dist, { recursive: true, force: true })
const bundled = await bundle(['src/main.ts', 'src/io/template-sources.ts', 'src/io/built-templates.ts'])
writeFileSync(join(dist, 'LICENSES.txt'), licenses(bundled))
const { compileTemplates } = await built('template-sources.js')
const { writeTemplates } = await built('built-templates.js')
writeTemplates(join(dist, 'templates'), compileTemplates(join(root, 'templates')))

/** Returns the files that went in. */
async function bundle(input) {
  const build = await rolldown({ cwd: root, platform: 'node', input, resolve: { alias } })
  const { output } = await build.write({
    dir: dist,
    format: 'esm',
    chunkFileNames: '[name]-[hash].js',
    codeSplitting: { groups },
  })
  await build.close()
  return output.flatMap(chunk => chunk.moduleIds ?? [])
}

/** What we pass on comes with its licence. */
function licenses(files) {
  const folders = files.map(
    file => /^.*\/node_modules\/(@[^/]+\/)?[^/]+(?=\/)/.exec(file.replaceAll('\\', '/'))?.[0],
  )
  return [...new Set(folders.filter(folder => folder !== undefined))].sort().map(licenseOf).join('\n')
}

function licenseOf(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const file = readdirSync(folder).find(entry => /^licen[cs]e/i.test(entry))
  if (file === undefined) throw new Error(`${name} has no licence file to pass on`)
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`
}

function built(file) {
  return import(pathToFileURL(join(dist, file)).href)
}
