import { describe, it } from 'vitest'
import { furtherShrinkLives } from './lives/shrink.ts'

/** Seconds of processor time; a busy machine takes its time. */
const TIMEOUT_MILLISECONDS = 120_000

describe('a cluster of which brokers are taken away', () => {
  it.each(Object.entries(furtherShrinkLives))('%s', { timeout: TIMEOUT_MILLISECONDS }, async (_name, life) => {
    await life({})
  })
})
