import { z } from 'zod'
import type { Random } from './random.ts'

const parts = z.tuple([z.string(), z.string(), z.string()])

/** A new token of one attempt of a Task. It says where it belongs, so it can be found again after a restart. */
export function taskToken(execution: string, attempt: string, random: Random): string {
  return Buffer.from(JSON.stringify([execution, attempt, random.uuid()])).toString('base64url')
}

/** The execution and attempt that a token claims to belong to, or undefined when it is no token at all. */
export function readTaskToken(token: string): { readonly execution: string; readonly attempt: string } | undefined {
  try {
    const [execution, attempt] = parts.parse(JSON.parse(Buffer.from(token, 'base64url').toString()))
    return { execution, attempt }
  } catch {
    return undefined
  }
}
