/** The links of the chain, in the order in which they are walked. */
export const LINKS = [
  'engine',
  'files',
  'config',
  'containers',
  'ports',
  'targets',
  'series',
  'rules',
  'alerts',
  'grafana',
  'disk',
  'clock',
] as const
export type Link = (typeof LINKS)[number]

/** `unseen`: it could not be looked at, mostly because an earlier link is broken. */
export type Verdict = 'ok' | 'warn' | 'fail' | 'unseen'

/** What vigie can mend by itself, and does after asking. */
export type Fix = 'generate' | 'up' | 'reload' | 'secret-modes'

/** One line of the diagnosis. */
export interface Finding {
  readonly link: Link
  /** The service it is about; undefined for the stack as a whole. */
  readonly about?: string | undefined
  readonly verdict: Verdict
  /** What was seen. */
  readonly fact: string
  /** What to do about it. */
  readonly next?: string | undefined
  readonly fix?: Fix | undefined
}

type Rest = Omit<Finding, 'link' | 'verdict' | 'fact'>

/** The findings of one link are written with these. */
export interface Say {
  ok(fact: string, rest?: Rest): Finding
  warn(fact: string, rest?: Rest): Finding
  fail(fact: string, rest?: Rest): Finding
  unseen(fact: string, rest?: Rest): Finding
}

export function say(link: Link): Say {
  const as =
    (verdict: Verdict) =>
    (fact: string, rest: Rest = {}): Finding => ({ link, verdict, fact, ...rest })
  return { ok: as('ok'), warn: as('warn'), fail: as('fail'), unseen: as('unseen') }
}

/** `db and cache`, `db, cache and 3 more`. */
export function names(list: readonly string[], shown = 5): string {
  if (list.length > shown) return `${list.slice(0, shown).join(', ')} and ${list.length - shown} more`
  return list.length < 2 ? (list[0] ?? '') : `${list.slice(0, -1).join(', ')} and ${list.at(-1)}`
}

export const plural = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
