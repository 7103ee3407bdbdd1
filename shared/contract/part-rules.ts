import type { z } from 'zod'
import type { Violation } from '../errors/domain-error.ts'

/**
 * Rules between the fields of a body that hold as far as the fields are there and valid, so that a caller learns of a
 * wrong count and an unknown field at once, and not of one after the other.
 */
export function partRules<S extends z.ZodObject>(
  schema: S,
  rules: (parts: Partial<z.output<S>>) => readonly Violation[],
): (body: unknown) => readonly Violation[] {
  return (body) => {
    if (typeof body !== 'object' || body === null) return []
    const parts: Record<string, unknown> = {}
    for (const [field, part] of Object.entries(schema.shape)) {
      const result = part.safeParse(Reflect.get(body, field))
      if (result.success) parts[field] = result.data
    }
    // Each part was parsed by the schema of its own field.
    return rules(parts as Partial<z.output<S>>)
  }
}
