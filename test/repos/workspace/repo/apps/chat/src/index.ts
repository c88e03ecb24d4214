import { parse } from '@shop/core'
import './server'

parse()
