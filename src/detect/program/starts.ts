import type { ComposeService } from '../compose/service.ts'
import { imageRepository, isBare, languageOfImages } from '../docker/image.ts'
import type { Facts } from '../facts.ts'
import type { Aside } from '../verdict.ts'

/** Its health check asks for a page. */
export const isAsked = (facts: Facts): boolean =>
  /https?:\/\/(localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])/.test(facts.healthcheck?.value ?? '')

/** An image of a language or a system by itself starts a shell, which ends at once or waits for somebody to work in it. */
export function startsNothing(service: ComposeService, facts: Facts): Aside | undefined {
  const images = facts.images.map(one => one.value)
  const isBareImage = images.every(one => isBare(imageRepository(one)))
  const isEmpty =
    images.length > 0 && (isBareImage || ![undefined, 'composer'].includes(languageOfImages(images)))
  if (facts.command !== undefined || !isEmpty || (service.build && !facts.dockerfile)) return undefined
  return {
    reason: 'nothing says what it starts, and its image by itself is a shell',
    source: facts.images[0]?.source ?? facts.place,
    part: undefined,
  }
}
