const { createHTTPServer } = require('@trpc/server/adapters/standalone')
const { router } = require('./router.js')

createHTTPServer({ router }).listen(3000)
