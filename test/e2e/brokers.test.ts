import { it } from 'vitest'
import { describeServices, expectPanelsFilled, expectRulesHealthy, expectTargetsUp } from './service-stack.ts'
import { until } from './stack.ts'

const IMAGES = ['rabbitmq:4.3-alpine', 'nats:2.14.5', 'natsio/prometheus-nats-exporter:0.20.1']

const COMPOSE = `services:
  queue:
    image: rabbitmq:4.3-alpine
    volumes: ["./enabled_plugins:/etc/rabbitmq/enabled_plugins:ro"]
  events:
    image: nats:2.14.5
    command: ["-js", "-m", "8222", "-sd", "/tmp/jetstream"]
`
const SERVICES = `  queue: { kind: rabbitmq, address: "queue:5672" }
  events: { kind: nats, address: "events:4222" }
`
const HELLO = 'CONNECT {"verbose":false}\\r\\n'
const FILES = {
  // STOMP is a text protocol: messages can be sent without a client library.
  enabled_plugins: '[rabbitmq_prometheus,rabbitmq_stomp].\n',
}

/** Alerts are asked for by their expression: their `for` is what the unit tests of the rules wait for. */
describeServices(
  'RabbitMQ and NATS',
  {
    project: 'vigie-e2e-brokers',
    port: 21410,
    compose: COMPOSE,
    services: SERVICES,
    files: FILES,
    images: IMAGES,
  },
  stack => {
    /** Says it to a port inside of a container. */
    const say = (service: string, port: number, format: string): string =>
      stack.exec(service, 'sh', '-c', `{ printf '${format}'; sleep 1; } | nc -w 5 127.0.0.1 ${port}`)
    /** One NATS message that asks for an answer, without which JetStream does not do what it is asked. */
    const publish = (subject: string, payload: string): string =>
      `PUB ${subject} answer ${payload.length}\\r\\n${payload}\\r\\n`
    const order = publish('orders.new', 'one')

    it('reads both without a password', async () => {
      await expectTargetsUp(stack, ['queue', 'events'])
      await expectRulesHealthy(stack, /^(Rabbitmq|Nats)/)
    })

    it('sees a queue of RabbitMQ that nobody consumes', async () => {
      const message = 'SEND\\ndestination:/queue/orders\\n\\nhello\\n\\0'
      say('queue', 61613, `CONNECT\\nlogin:guest\\npasscode:guest\\n\\n\\0${message.repeat(5)}`)
      await stack.fires('RabbitmqQueueWithoutConsumer', { service: 'queue', queue: 'orders', vhost: '/' })
    })

    it('sees a consumer of JetStream fall behind', async () => {
      const stream = '{"name":"ORDERS","subjects":["orders.*"],"storage":"file","num_replicas":1}'
      const consumer = '{"stream_name":"ORDERS","config":{"durable_name":"mail","ack_policy":"explicit"}}'
      // One after the other: JetStream answers its requests in any order.
      for (const message of [
        publish('$JS.API.STREAM.CREATE.ORDERS', stream),
        publish('$JS.API.CONSUMER.DURABLE.CREATE.ORDERS.mail', consumer),
        order,
      ])
        say('events', 4222, `${HELLO}${message}`)
      await expectPanelsFilled(stack, ['NATS', 'RabbitMQ'])
      // Orders keep coming, as they do to a consumer that fell behind.
      const backlog = 'jetstream_consumer_num_pending{consumer_name="mail"} > 1000'
      await until('a backlog', async () => {
        say('events', 4222, `${HELLO}${order.repeat(500)}`)
        const { result } = await stack.prometheus<{ result: unknown[] }>('query', { query: backlog })
        return result.length > 0 ? true : undefined
      })
      await stack.fires('NatsConsumerBacklog', { service: 'events', consumer_name: 'mail' })
    })

    it('sees RabbitMQ block its publishers', async () => {
      stack.exec('queue', 'rabbitmqctl', 'set_vm_memory_high_watermark', 'absolute', '10MB')
      await stack.fires('RabbitmqMemoryAlarm', { service: 'queue' })
      await stack.fires('RabbitmqMemoryHigh', { service: 'queue' })
    })

    it('notices dead servers, though the exporter of NATS keeps its last numbers', async () => {
      stack.compose('stop', '-t', '2', 'queue', 'events')
      await stack.fires('TargetDown', { service: 'queue', page: 'queues' })
      await stack.fires('NatsUnhealthy', { service: 'events' })
    })
  },
)
