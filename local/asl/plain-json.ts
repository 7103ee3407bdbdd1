import type { Json } from '../../shared/ports/store.ts'

/** Whether the value is an object of JSON, so neither null nor an array. */
export function isObject(value: Json | undefined): value is { readonly [key: string]: Json | undefined } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Marks that jsonata leaves on its function values. */
const FUNCTION_MARKS = ['_jsonata_lambda', '_jsonata_function']

/**
 * A copy of what an evaluation gave, made of nothing but JSON: jsonata's arrays carry hidden flags and its objects have
 * no prototype. Throws when the value is no JSON (a function, a number that is not finite).
 */
export function plainJson(value: unknown): Json {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (typeof value === 'number' && Number.isFinite(value)) return value
  if (Array.isArray(value)) return value.map(plainJson)
  if (typeof value === 'object' && !(value instanceof RegExp)) {
    const entries = Object.entries(value)
    if (!entries.some(([key]) => FUNCTION_MARKS.includes(key)))
      return Object.fromEntries(
        entries.filter(([, member]) => member !== undefined).map(([key, member]) => [key, plainJson(member)]),
      )
  }
  throw new Error(`a ${typeof value === 'object' ? 'function' : typeof value} is not a JSON value`)
}
