import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { configOf, renderConfig } from '../render/stacks.ts'
import { needs, tool } from '../tools.ts'

const FIRING = {
  status: 'firing',
  labels: {
    alertname: 'HostDiskSpaceLow',
    job: 'node-exporter',
    service: 'node-exporter',
    instance: 'host:9100',
    device: '/dev/sda1',
    severity: 'critical',
  },
  annotations: {
    summary: 'A disk of the host is nearly out of space.',
    description: '/dev/sda1 of host:9100 has 3.2% of its space left; databases stop when it is full.',
    runbook_url: 'https://example.com/runbooks/node-exporter.md#hostdiskspacelow',
    dashboard_url: 'http://localhost:3000/d/vigie-node-exporter',
  },
  startsAt: '2026-11-21T15:40:00Z',
  endsAt: '0001-01-01T00:00:00Z',
}
const RESOLVED = { ...FIRING, status: 'resolved', endsAt: '2026-11-21T17:10:30Z' }
const BARE = { ...FIRING, labels: { alertname: 'Mine', severity: 'warning' }, annotations: {} }

function render(name: string, ...alerts: (typeof FIRING | typeof BARE)[]): string {
  const folder = mkdtempSync(join(tmpdir(), 'vigie-message-'))
  try {
    const [first] = alerts
    const data = {
      ...{ receiver: 'ops', externalURL: 'http://localhost:9093', groupLabels: {}, alerts },
      status: alerts.some(one => one.status === 'firing') ? 'firing' : 'resolved',
      commonLabels: first?.labels ?? {},
      commonAnnotations: first?.annotations ?? {},
    }
    writeFileSync(
      join(folder, 'vigie.tmpl'),
      renderConfig(configOf({})).get('alertmanager/templates/vigie.tmpl') ?? '',
    )
    writeFileSync(join(folder, 'data.json'), JSON.stringify(data))
    const ran = spawnSync(
      tool('amtool') ?? '',
      [
        'template',
        'render',
        '--template.glob=*.tmpl',
        `--template.text={{ template "${name}" . }}`,
        '--template.data=data.json',
      ],
      { cwd: folder, encoding: 'utf8' },
    )
    expect(ran.status, ran.stderr).toBe(0)
    return ran.stdout
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

describe.skipIf(!tool('amtool'))(needs('what people read', 'amtool'), () => {
  it('says in the title how bad, what, where and how many', () => {
    expect(render('vigie.title', FIRING)).toBe('[critical] HostDiskSpaceLow: node-exporter')
    expect(render('vigie.title', FIRING, FIRING)).toBe('[critical] HostDiskSpaceLow: node-exporter (2)')
    expect(render('vigie.title', RESOLVED)).toBe('[resolved] HostDiskSpaceLow: node-exporter')
    expect(render('vigie.title', BARE)).toBe('[warning] Mine')
  })

  it('says what, how much, where, since when, what to do, where to look and how to silence it', () => {
    expect(render('vigie.text', FIRING)).toBe(`A disk of the host is nearly out of space.
- /dev/sda1 of host:9100 has 3.2% of its space left; databases stop when it is full.
- Service node-exporter at host:9100
- Since 2026-11-21 15:40 UTC
- What to do: https://example.com/runbooks/node-exporter.md#hostdiskspacelow
- Dashboard: http://localhost:3000/d/vigie-node-exporter
- Silence: http://localhost:9093/#/silences/new?filter=%7Balertname%3D%22HostDiskSpaceLow%22%2Cservice%3D%22node-exporter%22%7D

`)
  })

  it('says when it was over, and after how long, without a link that silences nothing', () => {
    const text = render('vigie.text', RESOLVED)
    expect(text).toContain('- Resolved 2026-11-21 17:10 UTC, after 1h 30m 30s\n')
    expect(text).not.toContain('Silence:')
  })

  it('gets by with an alert that has a name and nothing else', () => {
    expect(render('vigie.text', BARE)).toMatch(
      /^Mine\n- The stack\n- Since .* UTC\n- Silence: \S+%7Balertname%3D%22Mine%22%7D\n\n$/,
    )
  })

  it('leads to the dashboard, else to the runbook, else to Alertmanager', () => {
    expect(render('vigie.link', FIRING)).toBe('http://localhost:3000/d/vigie-node-exporter')
    expect(render('vigie.link', BARE)).toBe('http://localhost:9093')
    const path = { runbook_url: 'monitoring/runbooks/redis.md#redisdown' }
    expect(render('vigie.link', { ...BARE, annotations: path })).toBe('http://localhost:9093')
    expect(render('vigie.runbook', { ...BARE, annotations: path })).toBe('')
    expect(render('vigie.runbook', FIRING)).toBe(FIRING.annotations.runbook_url)
  })
})
