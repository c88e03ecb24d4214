import { passwordFile } from '../core/conventions.ts'
import { findCompose } from '../detect/compose/find.ts'
import { loadCompose } from '../detect/compose/load.ts'
import { composeServices } from '../detect/compose/service.ts'
import { loginOf } from '../detect/credentials.ts'
import { repoView } from '../detect/repo.ts'
import type { Run } from './run.ts'
import type { Workspace } from './workspace.ts'

/** Database passwords that the Compose file spells out, by the name of their file. */
export function literalPasswords(run: Run, workspace: Workspace): Map<string, string> {
  const view = repoView(run.root)
  const project = loadCompose(view, findCompose(view, workspace.stack.config.compose).files)
  const services = composeServices(view, project)
  const found = new Map<string, string>()
  for (const target of workspace.stack.targets) {
    const service = services.find(one => one.name === target.container)
    const password = service && loginOf(service, target.module, project).literal
    if (password !== undefined) found.set(passwordFile(target.name), password)
  }
  return found
}
