import { execa } from 'execa'
import { UserError } from '../core/errors.ts'
import { publicUrl } from '../core/render/context.ts'
import { pagesOf, type Stack } from '../core/stack.ts'
import { closest } from '../core/suggest.ts'
import type { Run } from './run.ts'
import { openWorkspace } from './workspace.ts'

/** `vigie open [part]`: prints where it is, and opens it where there is a browser. */
export async function openCommand(run: Run, what: string | undefined): Promise<number> {
  const { stack } = openWorkspace(run.root)
  const urls = pageUrls(stack)
  if (run.options.json) {
    run.print(`${JSON.stringify(Object.fromEntries(urls), null, 2)}\n`)
    return 0
  }
  if (what === undefined) {
    for (const [part, url] of urls) run.print(`${part.padEnd(13)}  ${url}\n`)
    return 0
  }
  const found = urls.find(([part]) => part === what)
  if (!found) {
    const pages = urls.map(([part]) => part)
    const near = closest(what, pages)
    throw new UserError(`There is no page "${what}"${near ? ` — did you mean "${near}"?` : '.'}`, {
      hint: `Pages: ${pages.join(', ')}.`,
    })
  }
  run.print(`${found[1]}\n`)
  if (run.terminal.interactive) await browse(found[1])
  return 0
}

/** What has a page, and where it is. */
export const pageUrls = (stack: Stack): (readonly [string, string])[] =>
  pagesOf(stack).map(part => [part, publicUrl(stack, part)] as const)

/** Without a browser, the printed address is all there is. */
async function browse(url: string): Promise<void> {
  const [command, ...args] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['cmd', '/c', 'start', '', url]
        : ['xdg-open', url]
  await execa(command ?? '', args, { reject: false, stdio: 'ignore', timeout: 5000 })
}
