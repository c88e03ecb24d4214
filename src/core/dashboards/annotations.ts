const datasource = { type: 'prometheus', uid: '${datasource}' }

/**
 * What changed: firing alerts, container restarts and deploys (a container with a new id), drawn from metrics on every
 * dashboard, so that they need no extra tool. Alerts are on, the others one click away from being so.
 * @param perService whether the dashboard has a `$service` variable to narrow them by
 */
export function annotations(perService: boolean): unknown[] {
  const service = perService ? ', service=~"$service"' : ''
  const builtIn = {
    builtIn: 1,
    datasource: { type: 'grafana', uid: '-- Grafana --' },
    enable: true,
    hide: true,
    iconColor: 'rgba(0, 211, 255, 1)',
    name: 'Annotations & Alerts',
    type: 'dashboard',
  }
  return [
    builtIn,
    annotation(
      'Alerts',
      'red',
      `max by (alertname, service) (ALERTS{alertstate="firing", severity=~"critical|warning"${service}}) == 1`,
      '{{alertname}}',
      '{{service}}',
    ),
    annotation(
      'Restarts',
      'orange',
      `changes(service:container_start_time_seconds:max{name!=""${service}}[2m]) > 0`,
      'Restart',
      '{{service}}',
    ),
    annotation(
      'Deploys',
      'blue',
      `max by (service) (container_start_time_seconds{job="cadvisor", name!=""${service}} > time() - 120)`,
      'New container',
      '{{service}}',
    ),
  ]
}

function annotation(
  name: string,
  iconColor: string,
  expr: string,
  titleFormat: string,
  textFormat: string,
): unknown {
  return {
    name,
    datasource,
    enable: true,
    hide: false,
    iconColor,
    expr,
    step: '60s',
    titleFormat,
    textFormat,
    useValueForTime: false,
  }
}
