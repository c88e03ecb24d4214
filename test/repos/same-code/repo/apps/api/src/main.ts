const app = await NestFactory.create(ApiModule)
await app.listen(3000)
