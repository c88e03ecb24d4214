import { readdirSync } from 'node:fs'
import { editAction, type FileAction } from '../core/action.ts'
import { MAKE_TARGETS } from '../core/conventions.ts'
import {
  hasStackTargets,
  includedInMakefile,
  includeInMakefile,
  MAKEFILES,
  removeFromMakefile,
} from '../core/makefile.ts'
import { inStack } from '../io/files.ts'
import { formerFolders, isThere, requireMoved } from './former-stack.ts'
import { type Run, readOwn } from './run.ts'

export interface Makefile {
  readonly path: string
  readonly text: string | undefined
}

/** What `make` reads in this repo, under whichever of its names; `Makefile` where there is none. */
export function readMakefile(run: Run): Makefile {
  const there = readdirSync(run.root)
  const path = MAKEFILES.find(name => there.includes(name)) ?? 'Makefile'
  return { path, text: readOwn(run, path) }
}

/** Tells whether `make up` is the stack's. */
export const reachesStack = ({ text = '' }: Makefile, output: string): boolean =>
  includedInMakefile(text).includes(inStack(output, MAKE_TARGETS))

/**
 * The line that brings the stack's targets, offered once: whoever takes it out does without it. One that leads to where the
 * stack no longer is makes place for it, for `make` would stop there.
 */
export function makefileEdit(run: Run, output: string, isNew: boolean): FileAction {
  const { path, text } = readMakefile(run)
  const before = text ?? ''
  const targets = inStack(output, MAKE_TARGETS)
  const former = formerFolders(includedInMakefile(before), MAKE_TARGETS, output)
  requireMoved(run, output, former)
  const gone = former.map(folder => inStack(folder, MAKE_TARGETS)).filter(file => !isThere(run, file))
  const left = gone.reduce(removeFromMakefile, before)
  const wanted = (isNew || gone.length > 0) && !hasStackTargets(left)
  const after = wanted ? includeInMakefile(left, targets) : left
  return editAction(path, 'lines', text, after || text, `include ${targets}`)
}
