import express from 'express'
import { register } from 'prom-client'
import { consume } from './consume'

const app = express()
app.get('/metrics', async (_, response) => response.send(await register.metrics()))
app.listen(process.env.PORT || 3001)
await consume()
