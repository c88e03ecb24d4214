/** Shorter ones would blacken half a sentence, and guard nothing. */
const SHORTEST = 6

/** What others said, without our secrets: a receiver that refuses a key may say which one it was given. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return secrets
    .filter(secret => secret.length >= SHORTEST)
    .toSorted((a, b) => b.length - a.length)
    .reduce((rest, secret) => rest.replaceAll(secret, '<secret>'), text)
}
