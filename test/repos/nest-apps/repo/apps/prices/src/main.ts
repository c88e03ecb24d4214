import { NestFactory } from '@nestjs/core'
import { Transport } from '@nestjs/microservices'
import { PricesModule } from './prices.module'

async function bootstrap() {
  const app = await NestFactory.createMicroservice(PricesModule, { transport: Transport.TCP, options: { port: 4001 } })
  await app.listen()
}
bootstrap()
