const app = await NestFactory.create(TextsModule)
app.connectMicroservice({ transport: Transport.TCP })
await app.startAllMicroservices()
