import { NestFactory } from '@nestjs/core'
import { Transport } from '@nestjs/microservices'
import { OrdersModule } from './orders.module'

async function bootstrap() {
  const app = await NestFactory.createMicroservice(OrdersModule, { transport: Transport.RMQ })
  await app.listen()
}
bootstrap()
