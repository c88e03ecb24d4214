import { Server } from '@grpc/grpc-js'

new Server().bindAsync('0.0.0.0:50061')
