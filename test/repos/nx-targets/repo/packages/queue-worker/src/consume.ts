import { connect } from 'amqplib'

export const consume = async () => connect(process.env.AMQP_URL)
