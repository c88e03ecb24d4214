import type { Finding, Verdict } from '../core/doctor/finding.ts'

const WORDS: Readonly<Record<Verdict, string>> = { ok: 'ok', warn: 'warn', fail: 'FAIL', unseen: '?' }
const COLOURS: Readonly<Record<Verdict, number>> = { ok: 32, warn: 33, fail: 31, unseen: 36 }

/** One line a finding, the next step under what is not well. */
export function findingsText(findings: readonly Finding[], colours: boolean): string {
  return findings.map(finding => line(finding, colours)).join('')
}

function line({ verdict, link, fact, next }: Finding, colours: boolean): string {
  const word = WORDS[verdict].padEnd(4)
  const shown = colours ? `\u001B[${COLOURS[verdict]}m${word}\u001B[0m` : word
  const step = next === undefined || verdict === 'ok' ? '' : `${' '.repeat(21)}next: ${next}\n`
  return `  ${shown}   ${link.padEnd(10)}  ${fact}\n${step}`
}
