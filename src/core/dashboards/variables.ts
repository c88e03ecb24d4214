import { DATASOURCE_UID } from '../conventions.ts'

const datasource = { type: 'prometheus', uid: '${datasource}' }

/**
 * The drop-downs of a dashboard: data source, and unless it is the landing page job, service and instance, filled from the
 * labels of one metric that every target of the job has.
 */
export function variables(mode: 'none' | 'job-service' | 'all', list: string, job: string): unknown[] {
  const source = {
    name: 'datasource',
    label: 'Data source',
    type: 'datasource',
    query: 'prometheus',
    current: { text: 'Prometheus', value: DATASOURCE_UID },
    hide: 0,
    includeAll: false,
    multi: false,
    options: [],
    refresh: 1,
    regex: '',
  }
  if (mode === 'none') return [source]
  const of = job === '' ? list : `${list}{job="${job}"}`
  const chosen = job === '' ? `${list}{service=~"$service"}` : `${list}{job="${job}", service=~"$service"}`
  return [
    source,
    labelVariable('job', 'Job', of, 2),
    labelVariable('service', 'Service', of, 0),
    ...(mode === 'all' ? [labelVariable('instance', 'Instance', chosen, 0)] : []),
  ]
}

function labelVariable(name: string, label: string, series: string, hide: 0 | 2): Record<string, unknown> {
  const definition = `label_values(${series}, ${name})`
  return {
    name,
    label,
    type: 'query',
    datasource,
    definition,
    query: { query: definition, refId: `${name}-variable` },
    refresh: 2,
    sort: 1,
    hide,
    includeAll: true,
    allValue: '.+',
    multi: true,
    regex: '',
    options: [],
    current: { selected: true, text: ['All'], value: ['$__all'] },
  }
}
