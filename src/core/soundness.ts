import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument, type YAMLMap } from 'yaml'
import { composeText } from './compose-text.ts'
import { strategyOf } from './tree.ts'

/** Something that would keep the stack from starting. */
export interface Fault {
  /** The file it is in, relative to the stack directory. */
  readonly path: string
  readonly message: string
  readonly hint: string
  /** Where in the app's Compose file, when that is what clashes. */
  readonly inApp?: { readonly line: number; readonly column: number }
}

const STACK = 'compose.yaml'

type Files = ReadonlyMap<string, string>
type Documents = ReadonlyMap<string, Document>

/**
 * Takes the files of a stack as they are and as they would be, and the Compose file that includes it; returns what is wrong only
 * afterwards: YAML that does not parse, a scrape job or a published port twice. What is wrong already is the user's, who may know
 * why. A Compose service twice counts whenever it came: then nothing of the project starts.
 */
export function newFaults(before: Files, after: Files, app = ''): Fault[] {
  const faults = faultsOf(after, app)
  if (faults.length === 0) return []
  const known = new Set(faultsOf(before, '').map(identity))
  return faults.filter(fault => !known.has(identity(fault)))
}

const identity = ({ path, message }: Fault): string => `${path}\n${message}`

function faultsOf(files: Files, app: string): Fault[] {
  const yaml = [...files].filter(([path]) => strategyOf(path) === 'yaml')
  const documents = new Map(yaml.map(([path, text]) => [path, parseDocument(text, { prettyErrors: false })]))
  return [
    ...unparsable(documents),
    ...jobsTwice(documents),
    ...portsTwice(documents),
    ...servicesTwice(documents.get(STACK), app),
  ]
}

function unparsable(documents: Documents): Fault[] {
  const hint = 'look at it with  vigie diff ; if you did not edit it, report it as a bug'
  return [...documents]
    .filter(([, { errors }]) => errors.length > 0)
    .map(([path]) => ({ path, message: 'It would not be valid YAML.', hint }))
}

/** Prometheus loads none of its files when two of them name a job alike. */
function jobsTwice(documents: Documents): Fault[] {
  const seen = new Map<string, string>()
  return [...documents].flatMap(([path, document]) =>
    jobsOf(path, document).flatMap((name): Fault[] => {
      const other = seen.get(name)
      if (other === undefined) seen.set(name, path)
      if (other === undefined) return []
      const message = `The scrape job "${name}" would be in ${other} of the stack too, and Prometheus would not start.`
      return [{ path, message, hint: 'give the job that is yours another job_name' }]
    }),
  )
}

function jobsOf(path: string, document: Document): string[] {
  if (!/^prometheus\/(prometheus\.yml|scrape\/)/.test(path)) return []
  return mapsIn(document.get('scrape_configs')).map(job => String(job.get('job_name')))
}

/** Compose starts nothing at all when a file and what it includes name a service alike. */
function servicesTwice(stack: Document | undefined, app: string): Fault[] {
  const lines = new LineCounter()
  const document = parseDocument(composeText(app), { prettyErrors: false, lineCounter: lines })
  const named = new Set(servicesOf(stack).map(({ name }) => name))
  return servicesOf(document)
    .filter(({ name }) => named.has(name))
    .map(({ name, offset }): Fault => {
      const { line, col } = lines.linePos(offset)
      return {
        path: STACK,
        inApp: { line, column: col },
        message: `The stack has a service "${name}" too, and Compose would start neither.`,
        hint: 'rename one of them, or write  attach: external  into vigie.yaml: the stack is then a project of its own',
      }
    })
}

interface Service {
  readonly name: string
  readonly offset: number
  readonly value: unknown
}

function servicesOf(document: Document | undefined): Service[] {
  const services: unknown = document?.get('services')
  if (!isMap(services)) return []
  return services.items.map(({ key, value }) => ({
    name: String(key),
    offset: isScalar(key) ? (key.range?.[0] ?? 0) : 0,
    value,
  }))
}

interface Published {
  readonly path: string
  readonly service: string
  readonly host: string
  readonly port: string
}

function portsTwice(documents: Documents): Fault[] {
  const all = [STACK, 'compose.override.yaml'].flatMap(path => portsOf(path, documents.get(path)))
  return all.flatMap((one, i): Fault[] => {
    const other = all.slice(0, i).find(earlier => clash(earlier, one))
    if (other === undefined) return []
    const message = `${other.service} and ${one.service} would both publish port ${one.port}, and one of them would not start.`
    return [{ path: one.path, message, hint: 'move one of them, in vigie.yaml or where you set it by hand' }]
  })
}

const EVERYWHERE = new Set(['', '0.0.0.0', '[::]'])

const clash = (a: Published, b: Published): boolean =>
  a.service !== b.service &&
  a.port === b.port &&
  (a.host === b.host || EVERYWHERE.has(a.host) || EVERYWHERE.has(b.host))

/** In the short form and with plain numbers; ranges and variables are Compose's to judge. */
function portsOf(path: string, document: Document | undefined): Published[] {
  return servicesOf(document).flatMap(({ name: service, value }) => {
    const ports: unknown = isMap(value) ? value.get('ports') : undefined
    return (isSeq(ports) ? ports.items : []).flatMap((entry): Published[] => {
      const found = /^(?:(.*):)?(\d+):\d+(\/udp)?(?:\/tcp)?$/.exec(String(entry))
      if (found === null) return []
      const [, host = '', port = '', udp = ''] = found
      return [{ path, service, host, port: port + udp }]
    })
  })
}

const mapsIn = (list: unknown): YAMLMap[] => (isSeq(list) ? list.items.filter(item => isMap(item)) : [])
