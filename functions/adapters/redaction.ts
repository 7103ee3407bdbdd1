/** What stands in a log line in place of a secret. */
export const REDACTED = '[redacted]'

/** Names of fields that may hold a secret, in any spelling and at any depth; ids of secrets (`…Id`) are none. */
const SECRET_NAME = /(password|passphrase|secret|token|authorization|cookie|credential|privatekey|keypem|jaas)s?$/i

/** How deep a value is followed; what lies deeper is left out, so that no log call can run away. */
const MAX_DEPTH = 8

/** A copy of a value with every field that may hold a secret replaced. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (depth >= MAX_DEPTH) return '[too deep]'
  if (Array.isArray(value)) return value.map((entry) => redact(entry, depth + 1))
  return Object.fromEntries(
    Object.entries(value).map(([name, entry]) => [
      name,
      isSecretName(name) && entry !== undefined && entry !== null ? REDACTED : redact(entry, depth + 1),
    ]),
  )
}

function isSecretName(name: string): boolean {
  return SECRET_NAME.test(name.replaceAll(/[-_]/g, ''))
}
