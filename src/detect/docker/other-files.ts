import { posix } from 'node:path'
import { loadCompose } from '../compose/load.ts'
import { type Build, type ComposeService, composeServices } from '../compose/service.ts'
import type { RepoView } from '../repo.ts'
import { imageRepository } from './image.ts'
import { imageName, type Origin } from './own-image.ts'

const MOST_FILES = 20
/** A Dockerfile for development starts something else than what is pulled. */
const FOR_WORK = /[.-](dev|development|local|debug|test)$|(^|\/)(dev|test)[.-]/i
/** What people call the same service in two files of one folder, if the files have that many names in common. */
const FAMILY = 2

/**
 * What other Compose files of the repo build, which this one pulls: `compose.build.yml` beside `compose.yml`, or the one that people develop
 * with. By the image; or by the name of the service, where both files have other names in common, and stand in one folder or the image is
 * called like the repo.
 */
export class OtherFiles {
  readonly #files: readonly string[]
  #services: readonly (readonly ComposeService[])[] | undefined

  constructor(
    readonly own: readonly ComposeService[],
    files: readonly string[],
    readonly origin: Origin,
    readonly view: RepoView,
  ) {
    this.#files = files.slice(0, MOST_FILES)
  }

  buildOf({ name, image = '', source }: ComposeService): Build | undefined {
    this.#services ??= this.#files.map(file => composeServices(this.view, loadCompose(this.view, [file])))
    const repository = imageRepository(image)
    const built = this.#services.flatMap(all => all.filter(one => one.build?.context !== undefined))
    const same = built.find(one => repository !== '' && imageRepository(one.image ?? '') === repository)
    const names = new Set(this.own.map(one => one.name))
    const folder = posix.dirname(source())
    const beside = this.#services
      .filter(all => all.filter(one => names.has(one.name)).length >= FAMILY)
      .flatMap(all => all.filter(one => one.name === name && one.build?.context !== undefined))
      .find(one => posix.dirname(one.source()) === folder || this.#isAkin(image))
    const build = (same ?? beside)?.build
    return build && this.view.exists(build.dockerfile) && !FOR_WORK.test(build.dockerfile) ? build : undefined
  }

  /** `propel-api` in the repo `propel-crm`. */
  #isAkin(image: string): boolean {
    const [word = ''] = imageName(image).split('-')
    return word.length > 3 && this.origin.names.some(name => name.split('-')[0] === word)
  }
}
