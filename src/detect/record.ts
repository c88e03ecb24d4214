export type Fields = Readonly<Record<string, unknown>>

/** Data of a user's file as a record; anything else is an empty one. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value))
    : {}
}

export const items = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A scalar as text; undefined for what is none. */
export function scalar(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : undefined
}

/** A list, or one item in its place. */
export const listed = (value: unknown): readonly string[] =>
  (Array.isArray(value) ? value : [value]).flatMap(item => scalar(item) ?? [])
