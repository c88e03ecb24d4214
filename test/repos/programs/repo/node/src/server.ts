import express from 'express'
import { store } from './lib/store.js'

express().use(store).listen(3000)
