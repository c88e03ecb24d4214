import net from 'node:net'

net
  .createServer(socket => socket.end())
  .listen(6001)
