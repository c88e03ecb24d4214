import type { Variables } from '../env.ts'

/** What one build of an image is told; `*` stands for what only its run knows. */
export interface BuildOptions {
  readonly images: readonly string[]
  readonly dockerfile: string | undefined
  readonly context: string
  readonly target: string | undefined
}

/** Options of `docker build` that are followed by a value of their own: https://docs.docker.com/reference/cli/docker/buildx/build/ */
const WITH_VALUE =
  /^(-[tfolmc]|--(tag|file|target|build-arg|platform|label|cache-from|cache-to|network|secret|ssh|output|progress|builder|build-context|add-host|memory|shm-size|iidfile|metadata-file))$/

/** @param given what follows `docker build` */
export function optionsOf(given: string): BuildOptions {
  const words = given.replace(/["'`]/g, '').trim().split(/\s+/)
  const values: (readonly [option: string, value: string])[] = []
  let context = '.'
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ''
    const [, option = word, value] = /^(--?[\w-]+)=(.*)$/.exec(word) ?? []
    if (value !== undefined) values.push([option, value])
    else if (WITH_VALUE.test(word)) values.push([word, words[++at] ?? ''])
    else if (word !== '' && !word.startsWith('-')) context = word
  }
  const all = (...names: string[]): string[] =>
    values.flatMap(([option, value]) => (names.includes(option) ? [value] : []))
  const [dockerfile] = all('-f', '--file')
  const [target] = all('--target')
  return { images: all('-t', '--tag'), dockerfile, context, target }
}

/** @param step the lines of a workflow's step that uses docker/build-push-action */
export function optionsOfStep(step: string): BuildOptions {
  const said = (key: string): string | undefined =>
    new RegExp(`^[ \\t]*${key}:[ \\t]*["']?([^\\s"'#|>]+)`, 'm').exec(step)?.[1]
  const [, , tags = ''] = /^([ \t]*)tags:([^\n]*(?:\n\1[ \t]+[^\n]*)*)/m.exec(step) ?? []
  const images = tags.split(/[\s,|"'>]+/).filter(tag => /\/|^\w[\w.-]*:/.test(tag))
  return { images, dockerfile: said('file'), context: said('context') ?? '.', target: said('target') }
}

/** Variables that a script, a Makefile or a workflow sets itself: `IMAGE=acme/api`, `IMAGE := acme/api`, `IMAGE: acme/api`. */
export const assignedIn = (text: string): Variables =>
  new Map(
    [
      ...text.matchAll(
        /^[ \t]*(?:export[ \t]+)?([A-Za-z_]\w*)[ \t]*[:?]?[=:][ \t]*["']?([\w./:-]+)["']?[ \t]*$/gm,
      ),
    ].map(([, name = '', value = '']) => [name, value] as const),
  )

/** `$IMAGE`, `${IMAGE:-acme/api}`, `$(IMAGE)`, `{{.IMAGE}}` and `${{ env.IMAGE }}` filled in, or `*` where nothing sets them. */
export const withAssigned = (text: string, variables: Variables): string =>
  text.replace(
    /\$?\{\{\s*(?:\w*\.)?(\w+)[^}]*\}\}|\$\{(\w+)(?::?-([^}]*))?[^}]*\}|\$\((\w+)[^)]*\)|\$(\w+)/g,
    (_, task?: string, braced?: string, otherwise?: string, make?: string, plain?: string) =>
      variables.get(task ?? braced ?? make ?? plain ?? '') ?? otherwise ?? '*',
  )
