/** A call of the EC2 query protocol as it came over the wire: flat names such as `Filter.1.Value.2`. */
export class Query {
  readonly #values: ReadonlyMap<string, string>

  constructor(body: string) {
    this.#values = new Map(new URLSearchParams(body))
  }

  get action(): string {
    return this.text('Action')
  }

  text(name: string): string {
    return this.#values.get(name) ?? ''
  }

  names(): readonly string[] {
    return [...this.#values.keys()]
  }

  has(name: string): boolean {
    return this.#values.has(name)
  }

  /** `Name.1`, `Name.2` and so on. */
  list(name: string): readonly string[] {
    return this.#numbers(name).map((number) => this.text(`${name}.${number}`))
  }

  /** The names below which there are the members of each element: `Name.1.`, `Name.2.`. */
  members(name: string): readonly string[] {
    return this.#numbers(name).map((number) => `${name}.${number}.`)
  }

  /** The tags that a thing of this type shall get. */
  tags(resourceType: string): ReadonlyMap<string, string> {
    const given = this.members('TagSpecification').filter((at) => this.text(`${at}ResourceType`) === resourceType)
    return new Map(
      given.flatMap((at) =>
        this.members(`${at}Tag`).map((tag) => [this.text(`${tag}Key`), this.text(`${tag}Value`)] as const),
      ),
    )
  }

  /** Everything that was asked for but the token: what makes two calls the same. */
  fingerprint(): string {
    return JSON.stringify([...this.#values].filter(([name]) => name !== 'ClientToken').toSorted())
  }

  #numbers(name: string): readonly number[] {
    const pattern = new RegExp(`^${name.replaceAll('.', '\\.')}\\.(\\d+)(\\.|$)`)
    const numbers = [...this.#values.keys()].flatMap((key) => pattern.exec(key)?.[1] ?? []).map(Number)
    return [...new Set(numbers)].toSorted((a, b) => a - b)
  }
}

/** What the service refuses a call with. */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly code: string
  readonly status: number

  constructor(code: string, status = 400) {
    super(`${code}: words of AWS that nobody outside may read`)
    this.code = code
    this.status = status
  }
}

/** A part of an answer: texts, lists (each element an `item`) and members by their names. */
export type Xml = string | number | boolean | undefined | readonly Xml[] | { readonly [name: string]: Xml }

/** Writes a part of an answer. */
export function xml(part: Xml): string {
  if (part === undefined) return ''
  if (Array.isArray(part)) return part.map((item) => `<item>${xml(item)}</item>`).join('')
  if (typeof part === 'object') {
    return Object.entries(part)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => `<${name}>${xml(value)}</${name}>`)
      .join('')
  }
  return String(part).replaceAll('&', '&amp;').replaceAll('<', '&lt;')
}

/** Tags in an answer. */
export function tagSet(tags: ReadonlyMap<string, string>): Xml {
  return [...tags].map(([key, value]) => ({ key, value }))
}
