import { SLOW_APPS } from './apps.ts'
import { trafficTests } from './traffic.ts'

/** Builds for minutes, so only `make test-frameworks` asks for it. */
const wanted = process.env.FRAMEWORKS === '1'
trafficTests('applications that take minutes to build', wanted ? SLOW_APPS : [])
