// node scripts/build.mjs [folder]
// dist/: the program and its dependencies in a few files, and templates/ compiled, so that starting and installing cost little.
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rolldown } from 'rolldown'

const root = fileURLToPath(new URL('..', import.meta.url))
const dist = process.argv[2] ?? join(root, 'dist')
rmSync(dist, { recursive: true, force: true })
const bundled = await bundle(['src/main.ts', 'src/io/template-sources.ts', 'src/io/built-templates.ts'])
writeFileSync(join(dist, 'LICENSES.txt'), licenses(bundled))
const { compileTemplates } = await built('template-sources.js')
const { writeTemplates } = await built('built-templates.js')
writeTemplates(join(dist, 'templates'), compileTemplates(join(root, 'templates')))

/** Returns the files that went in. */
async function bundle(input) {
  const build = await rolldown({ cwd: root, platform: 'node', input })
  const { output } = await build.write({ dir: dist, format: 'esm', chunkFileNames: '[name]-[hash].js' })
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
