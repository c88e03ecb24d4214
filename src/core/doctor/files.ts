import { type Finding, names, plural, say } from './finding.ts'

export interface SecretState {
  readonly file: string
  readonly state: 'ok' | 'missing' | 'empty' | 'folder' | 'unreadable'
  /** Why its content cannot be right, for secrets that are known to look some way. */
  readonly wrong: string | undefined
}

export interface FilesFacts {
  readonly output: string
  /** Files that are not what vigie.yaml says; a message where that cannot be told. */
  readonly stale: readonly string[]
  readonly conflicts: readonly string[]
  readonly trouble: string | undefined
  readonly secrets: readonly SecretState[]
  /** What sends the alerts, and so reads the secrets of receivers. */
  readonly sender: 'alertmanager' | 'grafana'
}

/** Are the files what vigie.yaml says, and do the secrets exist? */
export function judgeFiles(facts: FilesFacts): Finding[] {
  const { ok, fail } = say('files')
  const findings: Finding[] = []
  if (facts.trouble !== undefined) findings.push(fail(facts.trouble, { next: 'vigie generate   says more' }))
  if (facts.conflicts.length > 0)
    findings.push(
      fail(`Your edits and vigie.yaml contradict each other in ${names(facts.conflicts)}.`, {
        next: 'vigie generate   in a terminal asks whose side stands',
      }),
    )
  else if (facts.stale.length > 0)
    findings.push(
      fail(
        `${plural(facts.stale.length, 'file is', 'files are')} not what vigie.yaml says: ${names(facts.stale)}.`,
        {
          next: 'vigie generate --apply',
          fix: 'generate',
        },
      ),
    )
  findings.push(...judgeMissing(facts), ...facts.secrets.flatMap(secret => judgeSecret(secret, facts, fail)))
  return findings.length > 0
    ? findings
    : [ok('The stack is what vigie.yaml says, and its secrets are there.')]
}

function judgeMissing({ output, secrets }: FilesFacts): Finding[] {
  const missing = secrets.filter(one => one.state === 'missing').map(one => one.file)
  if (missing.length === 0) return []
  const fact =
    missing.length === 1
      ? `The secret ${output}/secrets/${missing[0]} is missing.`
      : `${missing.length} secrets are missing in ${output}/secrets: ${names(missing)}.`
  return [say('files').fail(fact, { next: 'vigie generate   in a terminal asks for what it cannot invent' })]
}

function judgeSecret(
  { file, state, wrong }: SecretState,
  { output, sender }: FilesFacts,
  fail: ReturnType<typeof say>['fail'],
): Finding[] {
  const path = `${output}/secrets/${file}`
  if (state === 'missing') return []
  if (state === 'folder')
    return [
      fail(`The secret ${path} is a folder, as Docker makes where a file is missing.`, {
        next: `rmdir ${path}   and then  vigie generate   in a terminal`,
      }),
    ]
  if (state === 'empty')
    return [
      fail(`The secret ${path} is empty.`, {
        next: `Write it into the file, or delete the file and run  vigie generate.`,
      }),
    ]
  if (state === 'unreadable')
    return [
      fail(`The user of a container cannot read ${path}.`, {
        next: `chmod 644 ${path}`,
        fix: 'secret-modes',
      }),
    ]
  return wrong === undefined
    ? []
    : [
        fail(`The secret ${path} cannot be right. ${wrong}`, {
          next: `Write the right one into the file, then  docker compose restart ${sender}`,
        }),
      ]
}
