import { holdToLaws } from './merge-laws.ts'

// In two files so that they run at once.
holdToLaws('first', 1020)
