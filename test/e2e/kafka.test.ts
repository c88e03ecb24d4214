import { it } from 'vitest'
import {
  describeServices,
  expectPanelsFilled,
  expectRulesHealthy,
  expectTargetsUp,
  missingImage,
  setupBlock,
} from './service-stack.ts'
import { until } from './stack.ts'

/** The brokers run without it; their inside is watched all the same. */
const exporter = missingImage(['danielqsj/kafka-exporter:v1.9.0'])

const COMPOSE = `x-kafka: &kafka
  image: vigie-e2e/kafka
  volumes: ["./kafka:/kafka:ro"]
  init: true
services:
  broker: { <<: *kafka, command: ["sh", "/kafka/broker.sh", "1"] }
  second: { <<: *kafka, command: ["sh", "/kafka/broker.sh", "2"] }
  producer: { <<: *kafka, command: ["sh", "/kafka/producer.sh"] }
  consumer: { <<: *kafka, command: ["sh", "/kafka/consumer.sh"] }
`
const SERVICES = `${exporter ? '' : '  broker: { kind: kafka, address: "broker:9092" }\n'}  inside: { kind: jmx, address: "broker:9404", kafka: true }
`
const properties = (id: number, host: string, roles: string): string => `node.id=${id}
process.roles=${roles}
controller.quorum.voters=1@broker:9093
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://:9092${roles === 'broker' ? '' : ',CONTROLLER://:9093'}
advertised.listeners=PLAINTEXT://${host}:9092
log.dirs=/tmp/kafka
offsets.topic.replication.factor=1
auto.create.topics.enable=false
`
const FILES = {
  'kafka/1.properties': properties(1, 'broker', 'broker,controller'),
  'kafka/2.properties': properties(2, 'second', 'broker'),
  'kafka/jmx.yaml': setupBlock('jmx', 'yaml', 'kafka.server'),
  'kafka/broker.sh': `set -e
java -cp '/opt/kafka/libs/*' kafka.tools.StorageTool format -t 4L6g3nShT-eMCtK--X86sw -c /kafka/$1.properties
exec java -Xmx256m -javaagent:/opt/jmx/agent.jar=9404:/kafka/jmx.yaml -cp '/opt/kafka/libs/*' kafka.Kafka /kafka/$1.properties
`,
  // One topic that is safe as long as both brokers stand, one that only the second broker has.
  'kafka/topics.sh': `create() {
  until java -Xmx64m -cp '/opt/kafka/libs/*' org.apache.kafka.tools.TopicCommand --bootstrap-server broker:9092 --create --if-not-exists "$@"; do sleep 1; done
}
create --topic orders --replica-assignment 1:2,2:1 --config min.insync.replicas=2
create --topic letters --replica-assignment 2
`,
  'kafka/producer.sh': `. /kafka/topics.sh
while sleep 0.1; do date; done | java -Xmx64m -cp '/opt/kafka/libs/*' org.apache.kafka.tools.ConsoleProducer --bootstrap-server broker:9092 --topic orders
`,
  'kafka/consumer.sh': `. /kafka/topics.sh
exec java -Xmx64m -cp '/opt/kafka/libs/*' org.apache.kafka.tools.consumer.ConsoleConsumer --bootstrap-server broker:9092 --topic orders --group mail
`,
}

/** Alerts are asked for by their expression: their `for` is what the unit tests of the rules wait for. */
describeServices(
  'Kafka',
  {
    project: 'vigie-e2e-kafka',
    port: 21450,
    compose: COMPOSE,
    services: SERVICES,
    files: FILES,
    images: ['vigie-e2e/kafka'],
  },
  stack => {
    it('looks into a broker with the rules that the setup shows', async () => {
      await expectTargetsUp(stack, ['inside'])
      await expectRulesHealthy(stack, /^(Kafka|Jvm|Jmx)/)
      await expectPanelsFilled(stack, ['Java (JMX)'])
      // Both brokers have the topic before one of them dies.
      const query = 'kafka_server_brokertopicmetrics_bytesin_total > 0'
      await until('messages arrive', async () => {
        const { result } = await stack.prometheus<{ result: unknown[] }>('query', { query })
        return result.length > 0 ? true : undefined
      })
    })

    it.skipIf(exporter !== undefined)(
      `reads topics and consumer groups${exporter ? ` (${exporter})` : ''}`,
      async () => {
        await expectTargetsUp(stack, ['broker'])
        await expectPanelsFilled(stack, ['Kafka'])
        stack.compose('stop', '-t', '2', 'consumer')
        await stack.fires('KafkaConsumerGroupEmpty', { service: 'broker', consumergroup: 'mail' })
      },
    )

    it('sees a broker refuse writes because the other one is gone', async () => {
      stack.compose('kill', 'second')
      await stack.fires('KafkaReplicasBelowMinimum', { service: 'inside' })
    })

    it.skipIf(exporter !== undefined)(
      `sees what the dead broker held, and the end of the last one${exporter ? ` (${exporter})` : ''}`,
      async () => {
        await stack.fires('KafkaUnderReplicated', { service: 'broker', topic: 'orders' })
        await stack.fires('KafkaPartitionLeaderless', { service: 'broker', topic: 'letters' })
        await stack.fires('KafkaBrokerMissing', { service: 'broker' })
        stack.compose('kill', 'broker')
        await stack.fires('KafkaUnreachable', { service: 'broker' })
      },
    )

    it('notices a broker that is dead', async () => {
      stack.compose('kill', 'broker')
      await stack.fires('TargetDown', { service: 'inside' })
    })
  },
)
