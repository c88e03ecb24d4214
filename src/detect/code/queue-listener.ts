import { posix } from 'node:path'
import type { ComposeService } from '../compose/service.ts'
import type { Facts } from '../facts.ts'
import type { Project } from '../manifests/projects.ts'
import type { RepoView } from '../repo.ts'
import type { Aside } from '../verdict.ts'
import { codeFolders } from './folders.ts'

/** Where an app of NestJS starts, below its folder. */
const STARTS = ['src/main.ts', 'main.ts', 'src/main.js', 'main.js']

/** An app of NestJS that is a microservice and nothing else takes messages and answers no HTTP: no /metrics either. */
export function listensToQueue(
  service: ComposeService,
  facts: Facts,
  own: Project | undefined,
  view: RepoView,
): Aside | undefined {
  const entry = own?.entry === undefined ? undefined : posix.join(own.folder, own.entry)
  if (facts.ports.length > 0 && entry === undefined) return undefined
  const paths = codeFolders(service, facts, view).all.flatMap(folder =>
    STARTS.map(path => posix.join(folder, path)),
  )
  const path = entry ?? paths.find(one => view.exists(one))
  const text = path === undefined ? '' : (view.read(path) ?? '')
  const isOnly = text.includes('NestFactory.createMicroservice') && !/NestFactory\.create\s*[(<]/.test(text)
  const isStarted = text.includes('startAllMicroservices') && !/\.listen\s*\(/.test(text)
  if (path === undefined || !(isOnly || isStarted)) return undefined
  return { reason: 'it takes messages and answers no HTTP', source: path, part: undefined }
}
