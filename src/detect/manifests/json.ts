import { type Fields, fields } from '../record.ts'
import { lineAt } from './dependency.ts'

/** One word of JSON, and the space around it. */
const WORD = /\s*(?:[{}[\],:]|"(?:[^"\\\n]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)\s*/y

/** @throws Error with the line of the mistake */
export function parseJson(text: string): Fields {
  let data: unknown
  try {
    data = JSON.parse(text)
  } catch (error) {
    throw mistake('It is not valid JSON.', lineAt(text, placeIn(text, String(error))))
  }
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw mistake('It is no JSON object.', 1)
  return fields(data)
}

/** JSON.parse often says where; else it is the first thing that is no word of JSON. */
function placeIn(text: string, message: string): number {
  const said = / position (\d+)/.exec(message)?.[1]
  if (said !== undefined) return Number(said)
  const words = new RegExp(WORD)
  let end = 0
  while (words.test(text)) end = words.lastIndex
  return end
}

const mistake = (message: string, line: number): Error => Object.assign(new Error(message), { line })
