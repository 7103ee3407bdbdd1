/**
 * Writes a Java properties file, one `key=value` a line in the order given. Everything that ends a line or starts an escape
 * is escaped, so no value can smuggle in a second property.
 */
export function renderProperties(entries: readonly (readonly [key: string, value: string])[]): string {
  return entries.map(([key, value]) => `${escapeKey(key)}=${escapeValue(value)}\n`).join('')
}

/** Reads back what `renderProperties` writes (no continuation lines, no `:` separators): for checks on a rendered file. */
export function parseProperties(text: string): ReadonlyMap<string, string> {
  const entries = new Map<string, string>()
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue
    const parts = /^((?:\\.|[^\\=])*)=(.*)$/u.exec(line)
    if (parts === null) throw new Error(`not a property line: ${line}`)
    entries.set(unescapeText(parts[1] ?? ''), unescapeText(parts[2] ?? ''))
  }
  return entries
}

const controlEscapes: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' }

function escapeText(text: string, specials: RegExp): string {
  return text
    .replace(specials, (character) => `\\${character}`)
    .replace(/[\n\r\t\f]/gu, (character) => controlEscapes[character] ?? '')
    .replace(/[^\x20-\x7e]/gu, (character) =>
      [...Array(character.length).keys()]
        .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, '0')}`)
        .join(''),
    )
}

const escapeKey = (key: string): string => escapeText(key, /[\\=:#! ]/gu)

const escapeValue = (value: string): string => escapeText(value, /\\|^ /gu)

const unescapes: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', f: '\f' }

function unescapeText(text: string): string {
  return text.replace(
    /\\(?:u([0-9a-f]{4})|(.))/giu,
    (_whole, hex: string | undefined, character: string | undefined) =>
      hex === undefined
        ? (unescapes[character ?? ''] ?? character ?? '')
        : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}
