import { readFileSync } from 'node:fs'
import { PACKAGE } from '../package.ts'

const { version }: { version: string } = JSON.parse(readFileSync(new URL('package.json', PACKAGE), 'utf8'))

/** The version of the vigie that runs. */
export const VERSION = version
