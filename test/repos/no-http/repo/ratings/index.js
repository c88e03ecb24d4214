import { Kafka } from 'kafkajs'
import pino from 'pino'

await new Kafka({ brokers: ['broker:9092'] }).consumer({ groupId: 'ratings' }).connect()
pino().info('ready')
