import { type Finding, names, say } from './finding.ts'

/** Whether a program accepts its files, and whether it runs with them. */
export interface ConfigFacts {
  readonly compose: Check
  readonly parts: readonly (Check & {
    readonly part: 'prometheus' | 'alertmanager'
    /** What the last reload said; undefined where it is not known. */
    readonly reloaded: boolean | undefined
    /** Files of its configuration that changed after it last loaded them. */
    readonly unread: readonly string[]
  })[]
}

export interface Check {
  readonly state: 'ok' | 'bad' | 'unseen'
  readonly detail: string
}

const TITLES = { prometheus: 'Prometheus', alertmanager: 'Alertmanager' } as const

/** Is each configuration valid, by the judgement of the program that reads it? */
export function judgeConfig(facts: ConfigFacts): Finding[] {
  const { ok, warn, fail, unseen } = say('config')
  const findings: Finding[] = []
  if (facts.compose.state === 'bad')
    findings.push(
      fail(`Compose refuses the stack: ${facts.compose.detail}`, {
        next: 'docker compose config   shows all of it',
      }),
    )
  for (const { part, state, detail, reloaded, unread } of facts.parts) {
    if (state === 'bad')
      findings.push(
        fail(`${part} refuses its files: ${detail}`, {
          about: part,
          next: 'Mend what is named, or undo your edit with  vigie restore <file>. Until then the old configuration runs.',
        }),
      )
    else if (reloaded === false)
      findings.push(
        fail(`${part} runs with an old configuration: its last reload failed.`, {
          about: part,
          next: 'make reload',
          fix: 'reload',
        }),
      )
    else if (unread.length > 0)
      findings.push(
        warn(`${names(unread)} changed after ${TITLES[part]} last loaded its configuration.`, {
          about: part,
          next: 'make reload',
          fix: 'reload',
        }),
      )
    else if (state === 'unseen') findings.push(unseen(`${part}: ${detail}`, { about: part }))
  }
  return findings.length > 0
    ? findings
    : [ok(`${names(['Compose', ...facts.parts.map(one => TITLES[one.part])])} accept their files.`)]
}
