import * as v from 'valibot'
import { Address, networkName, oneLine, Url } from './values.ts'

/** `10.0.0.1`, `router`, `1.1.1.1:53`: what it means depends on the way of looking. */
const ProbeTarget = v.pipe(
  oneLine,
  v.regex(/^[A-Za-z0-9]([A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?(:[0-9]{1,5})?$/, 'must be a host or host:port'),
)

/** Something to look at from outside. Which keys go together is checked in core/probes.ts. */
export const Probe = v.strictObject({
  http: v.optional(Url),
  tcp: v.optional(Address),
  icmp: v.optional(ProbeTarget),
  dns: v.optional(ProbeTarget),
  grpc: v.optional(Address),
  status: v.optional(v.array(v.pipe(v.number(), v.integer(), v.minValue(100), v.maxValue(599)))),
  contains: v.optional(v.pipe(oneLine, v.nonEmpty('must not be empty'))),
  tls: v.optional(v.boolean()),
  verify: v.optional(v.boolean()),
  query: v.optional(ProbeTarget),
  type: v.optional(v.picklist(['A', 'AAAA', 'CAA', 'CNAME', 'MX', 'NS', 'SOA', 'SRV', 'TXT'])),
  service: v.optional(oneLine),
  networks: v.optional(v.array(networkName)),
})
