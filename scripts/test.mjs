// Runs every test this machine can run and closes with one line, what was skipped named above it.
import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'

const report = '.cache/test-report.json'
const say = line => process.stdout.write(`${line}\n`)
mkdirSync('.cache', { recursive: true })
rmSync(report, { force: true })
const check = spawnSync('npm', ['run', '--silent', 'check'], { stdio: 'inherit' })
const vitest = spawnSync(
  process.execPath,
  [
    'node_modules/vitest/vitest.mjs',
    'run',
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...process.argv.slice(2),
  ],
  { stdio: 'inherit' },
)
const { testResults } = JSON.parse(readFileSync(report, 'utf8'))
const tests = testResults.flatMap(file => file.assertionResults)
const count = status => tests.filter(test => status.includes(test.status)).length
const skipped = tests.filter(test => ['skipped', 'pending', 'todo', 'disabled'].includes(test.status))
const brokenFiles = testResults.filter(file => file.status === 'failed' && file.assertionResults.length === 0)
const failed = count(['failed']) + brokenFiles.length + (check.status === 0 ? 0 : 1)
if (check.status !== 0) say('Failed: npm run check (types and style)')
for (const file of brokenFiles) say(`Failed to start: ${file.name.replace(process.cwd(), '.')}`)
for (const test of tests.filter(test => test.status === 'failed'))
  say(`Failed: ${test.fullName}: ${test.failureMessages[0]?.split('\n')[0]}`)
for (const test of skipped) say(`Skipped: ${test.fullName}`)
say(`${count(['passed'])} passed, ${failed} failed, ${skipped.length} skipped`)
process.exitCode = failed === 0 && vitest.status === 0 ? 0 : 1
