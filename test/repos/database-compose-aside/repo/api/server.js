const app = require('fastify')()
app.listen({ port: 3001, host: '0.0.0.0' })
