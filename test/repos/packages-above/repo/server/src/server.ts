import express from 'express'
import { v4 } from 'uuid'

const app = express()
app.get('/api/sessions', (_, response) => response.json({ id: v4() }))
app.listen(process.env.PORT || 5000)
