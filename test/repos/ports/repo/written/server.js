const app = require("fastify")()
app.listen({ port: 4012, host: '0.0.0.0' })
