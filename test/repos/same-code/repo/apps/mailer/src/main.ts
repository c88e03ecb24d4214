const app = await NestFactory.createMicroservice<MicroserviceOptions>(MailerModule, { transport: Transport.RMQ })
await app.listen()
