const PLAIN = /^[A-Za-z_./][A-Za-z0-9_./@-]*$/
const RESERVED = /^(y|n|yes|no|on|off|true|false|null|~|\.|\.\.|\.inf|\.nan)$/i

/**
 * One value as YAML on one line. Strings that YAML could read as anything else are double-quoted, where JSON's escapes are
 * YAML's; so no value, however hostile, can change the structure around it.
 */
export function yamlScalar(value: unknown): string {
  if (value === undefined || value === null) throw new Error('a template asked for a value that is not set')
  if (typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (Array.isArray(value)) return `[${value.map(yamlScalar).join(', ')}]`
  if (typeof value === 'object')
    return `{ ${Object.entries(value)
      .map(([key, item]) => `${yamlScalar(key)}: ${yamlScalar(item)}`)
      .join(', ')} }`
  const text = String(value)
  return PLAIN.test(text) && !RESERVED.test(text) ? text : JSON.stringify(text)
}
