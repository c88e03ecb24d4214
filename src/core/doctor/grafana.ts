import { type Finding, names, plural, say } from './finding.ts'

export interface PanelState {
  readonly dashboard: string
  readonly panel: string
  readonly hasData: boolean
}

export interface GrafanaFacts {
  /** Why it does not answer. */
  readonly trouble: string | undefined
  readonly database: string
  readonly login: 'ok' | 'refused' | 'unknown'
  readonly datasource: { readonly ok: boolean; readonly message: string } | undefined
  /** Uids of the dashboards Grafana has, and of those the stack has. */
  readonly loaded: readonly string[] | undefined
  readonly expected: readonly string[]
  /** Asked of Prometheus, so they are there even while Grafana is not. */
  readonly panels: readonly PanelState[] | undefined
}

/** Do people see anything? */
export function judgeGrafana(facts: GrafanaFacts): Finding[] {
  const { ok } = say('grafana')
  const findings = facts.trouble === undefined ? judgeServer(facts) : [noAnswer(facts.trouble)]
  if (findings.length === 0)
    findings.push(
      ok(`Grafana answers, with its datasource and ${plural(facts.expected.length, 'dashboard')}.`),
    )
  return [...findings, ...judgePanels(facts.panels)]
}

const noAnswer = (trouble: string): Finding =>
  say('grafana').fail(`Grafana does not answer: ${trouble}.`, {
    about: 'grafana',
    next: 'vigie up',
    fix: 'up',
  })

function judgeServer(facts: GrafanaFacts): Finding[] {
  const { warn, fail } = say('grafana')
  const about = 'grafana'
  const findings: Finding[] = []
  if (facts.database !== 'ok')
    findings.push(
      fail(`Grafana’s own database is not well: ${facts.database}.`, { about, next: 'vigie logs grafana' }),
    )
  if (facts.login === 'refused')
    findings.push(
      warn(
        'Grafana does not take the password in secrets/grafana_admin_password, so its inside cannot be looked at.',
        {
          about,
          next: 'It was changed in Grafana: write that one into the file.',
        },
      ),
    )
  if (facts.datasource?.ok === false)
    findings.push(
      fail(`Grafana does not get data from Prometheus: ${facts.datasource.message}`, {
        about,
        next: 'vigie restore grafana/provisioning/datasources/vigie.yml, then  vigie up',
      }),
    )
  const missing = facts.loaded === undefined ? [] : facts.expected.filter(uid => !facts.loaded?.includes(uid))
  if (missing.length > 0)
    findings.push(
      fail(`Grafana has not loaded ${plural(missing.length, 'dashboard')}: ${names(missing)}.`, {
        about,
        next: 'vigie logs grafana   says why',
      }),
    )
  return findings
}

/** Empty panels are no failure: many show what has not happened yet. */
function judgePanels(panels: readonly PanelState[] | undefined): Finding[] {
  const { ok, unseen } = say('grafana')
  if (panels === undefined) return [unseen('No panel can be looked at without Prometheus.')]
  const empty = panels.filter(one => !one.hasData)
  const all = plural(panels.length, 'panel')
  if (empty.length === 0) return [ok(`Every panel has data (${panels.length}).`)]
  return [
    ok(
      `${panels.length - empty.length} of ${all} have data. Empty: ${names(
        empty.map(one => `${one.dashboard} / ${one.panel}`),
        8,
      )}.`,
    ),
  ]
}
