/** Takes a path and one more key, returns `services.grafana.image`; keys with dots or brackets are quoted. */
export function joinKey(path: string, key: string): string {
  const name = /^[^\s.[\]"]+$/.test(key) ? key : JSON.stringify(key)
  return path === '' ? name : `${path}.${name}`
}

/** Takes the path of a list and the name of an item, returns `receivers[slack]`. */
export function joinItem(path: string, name: string): string {
  return `${path}[${name.replace(/^"(.*)"$/, '$1')}]`
}
