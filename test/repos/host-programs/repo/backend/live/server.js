const NODE_PORT = process.env.NODE_PORT || 4000
require('express')().listen(NODE_PORT)
