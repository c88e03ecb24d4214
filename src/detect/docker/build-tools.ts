import type { ComposeService } from '../compose/service.ts'
import type { Project, Projects } from '../manifests/projects.ts'
import { imageRepository } from './image.ts'

const BUILDS = /(^|\/)(pom\.xml|build\.gradle(\.kts)?)$/

/** The project whose build names the image and makes it without a Dockerfile: Jib, Spring Boot's build-image, fabric8. */
export function makerOf({ build, image = '' }: ComposeService, projects: Projects): Project | undefined {
  const repository = imageRepository(image)
  if (build || repository === '') return undefined
  const name = repository.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
  const said = new RegExp(
    `(?:<(?:image|imageName|name)>|\\bimage(?:Name)?[ \\t]*(?:=|\\.set\\()?[ \\t]*["'])(?:docker\\.io/|docker://)?${name}(?=[:"'<])`,
  )
  const folder = [...projects.folders()].find(([, manifests]) =>
    manifests.some(path => BUILDS.test(path) && said.test(projects.view.read(path) ?? '')),
  )?.[0]
  return folder === undefined ? undefined : projects.at(folder)
}
