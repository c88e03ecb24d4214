import { Server } from '@hocuspocus/server'

const names = await import(process.env.NAMES)
new Server({ port: 1234 }).listen()
