import { APPS } from './apps.ts'
import { trafficTests } from './traffic.ts'
import { websocketTests } from './websocket.ts'

trafficTests('real applications under traffic', APPS)
websocketTests()
