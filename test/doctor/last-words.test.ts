import { describe, expect, it } from 'vitest'
import { lastWords } from '../../src/core/doctor/last-words.ts'

describe('why a program ended', () => {
  const CASES: [name: string, log: string, why: string][] = [
    ['says nothing', '', ''],
    ['says one line', 'config.json is not there\n', 'config.json is not there'],
    [
      'is a Go program that panics after it complained',
      `level=INFO msg="Starting"
level=ERROR component=activeQueryTracker msg="Error opening query log file" err="open /prometheus/queries.active: read-only file system"
panic: Unable to create mmap-ed active query log

goroutine 1 [running]:
github.com/prometheus/prometheus/promql.NewActiveQueryTracker({0x7ffe, 0xb}, 0x14, 0xc000)
\t/app/promql/query_logger.go:145 +0x345
main.main()
\t/app/cmd/prometheus/main.go:796 +0x853d
`,
      'level=ERROR component=activeQueryTracker msg="Error opening query log file" err="open /prometheus/queries.active: read-only file system"',
    ],
    ['is a Go program that panics', 'ready\npanic: nil map\n\ngoroutine 1 [running]:\n', 'panic: nil map'],
    [
      'is Node',
      `node:internal/modules/cjs/loader:1228
  throw err;
  ^

Error: Cannot find module '/app/dist/main.js'
    at Module._resolveFilename (node:internal/modules/cjs/loader:1225:15)
    at node:internal/main/run_main_module:28:49 {
  code: 'MODULE_NOT_FOUND'
}

Node.js v22.19.0
`,
      "Error: Cannot find module '/app/dist/main.js'",
    ],
    [
      'is Python',
      'Traceback (most recent call last):\n  File "/app/main.py", line 3, in <module>\n    open("x")\nFileNotFoundError: [Errno 2] No such file: \'x\'\n',
      "FileNotFoundError: [Errno 2] No such file: 'x'",
    ],
  ]
  it.each(CASES)('%s', (_name, log, why) => {
    expect(lastWords(log)).toBe(why)
  })
})
