import { it } from 'vitest'
import { SLOW_APPS } from './apps.ts'
import { trafficTests } from './traffic.ts'

/** Builds for minutes, so only `make test-frameworks` asks for it. */
if (process.env.FRAMEWORKS === '1') trafficTests('applications that take minutes to build', SLOW_APPS)
else it.skip.each(SLOW_APPS)('$name (skipped: it builds for minutes; make test-frameworks runs it)', () => {})
