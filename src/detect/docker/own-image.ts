import { posix } from 'node:path'
import type { Projects } from '../manifests/projects.ts'
import { hasOwnRegistry, imageRepository } from './image.ts'
import { isLocal } from './library.ts'

/** Whose images are made of this repo. */
export interface Origin {
  /** What the repo may be called. */
  readonly names: readonly string[]
  /** Whose it is, where it was cloned from; its names too, for whoever publishes under the name of the product. */
  readonly owners: readonly string[]
}

export function originOf(projects: Projects): Origin {
  const names = projects.repoNames().map(dashed)
  return { names, owners: [...names, ...projects.owners()].map(bareOwner) }
}

/** Whether an image is likely made of this repo: by its owner, its name, a registry that is not for everyone, or because none has it. */
export function isOurs(image: string, { names, owners }: Origin): boolean {
  const parts = imageRepository(image).split('/')
  return (
    hasOwnRegistry(image) ||
    isLocal(image) ||
    parts.slice(0, -1).some(part => owners.includes(bareOwner(part))) ||
    names.some(name => isPartOf(imageName(image), name) || isEndOf(withoutRole(imageName(image)), name))
  )
}

/** Names of services and folders that many repos have: alone they say nothing of whose image it is. */
export const COMMON =
  /^(app|apps|api|web|www|site|server|service|backend|frontend|client|ui|worker|core|main|base|docker|build|db|database|proxy|nginx|agent)$/

/** Whether an image that is called like something in this repo is made of it. */
export const isTelling = (image: string, origin: Origin): boolean =>
  !COMMON.test(imageName(image)) || isOurs(image, origin)

/** Whether an image is published by whose repo this is. */
export function isOfOwner(image: string, { owners }: Origin): boolean {
  const [owner = '', name = ''] = imageRepository(image).split('/')
  return name !== '' && owners.includes(bareOwner(owner))
}

/** What an image is called, without registry, owner, tag and what only says where it runs: `shop-api`. */
export const imageName = (image: string): string =>
  dashed(posix.basename(imageRepository(image))).replace(
    /-(local|dev|prod|image|docker|dockerfile|container)$/,
    '',
  )

/** One spelling for `Shop.Api`, `shop_api` and `shop-api`. */
export const dashed = (name: string): string => name.toLowerCase().replace(/[_.]/g, '-')

/** `shop-api` is a part of `shop`. */
export const isPartOf = (name: string, whole: string): boolean =>
  name === whole || name.startsWith(`${whole}-`)

/** `shop-api` may be made of the repo `new-shop-api`. */
export const isEndOf = (name: string, whole: string): boolean =>
  name === whole || (!COMMON.test(name) && whole.endsWith(`-${name}`))

/** `shop-app` and `shop-server` are the whole of `shop`. */
const withoutRole = (name: string): string => name.replace(/-(app|server)$/, '')

/** An owner as Docker Hub spells it, which knows no dashes there. */
export const bareOwner = (name: string): string => dashed(name).replaceAll('-', '')
