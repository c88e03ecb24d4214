import { connect } from 'nats'
import client from 'prom-client'

const seen = new client.Counter({ name: 'blocks_total', help: 'Blocks seen.' })
for await (const block of (await connect()).subscribe('blocks')) seen.inc(block.data.length)
