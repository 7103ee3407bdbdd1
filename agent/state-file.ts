import type { z } from 'zod'
import { readIfPresent, writeFileAtomically } from './atomic-file.ts'

/** One JSON document that survives a restart of the agent. */
export interface StateFile<T> {
  read(): Promise<T | undefined>
  write(value: T): Promise<void>
}

/** A document at a path. One that cannot be read as its schema (an older agent's, a damaged one) counts as absent. */
export function stateFile<S extends z.ZodType>(file: string, schema: S): StateFile<z.output<S>> {
  return {
    async read() {
      const text = await readIfPresent(file)
      return text === undefined ? undefined : schema.safeParse(parseJson(text)).data
    },
    write: (value) => writeFileAtomically(file, `${JSON.stringify(value)}\n`, 0o600),
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
