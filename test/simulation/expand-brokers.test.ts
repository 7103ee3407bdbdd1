import { describe, it } from 'vitest'
import { furtherExpandLives } from './lives/expand.ts'

/** Seconds of processor time; a busy machine takes its time. */
const TIMEOUT_MILLISECONDS = 120_000

describe('an expansion', () => {
  it.each(Object.entries(furtherExpandLives))('%s', { timeout: TIMEOUT_MILLISECONDS }, async (_, life) => {
    await life({})
  })
})
