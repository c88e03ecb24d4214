import { ConvexClient } from 'convex/browser'
import { store } from './lib/store.js'

new ConvexClient(process.env.UPSTREAM).onUpdate(store)
