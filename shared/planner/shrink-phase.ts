import type { ChangeContext, Consequence } from './change-kinds.ts'

/** What it takes to have fewer brokers. */
export function compileShrink(_context: ChangeContext): Consequence {
  return {
    blockers: [
      {
        code: 'CHANGE_NOT_SUPPORTED',
        pointer: '/brokers/count',
        detail: 'Removing brokers comes with a later release.',
      },
    ],
  }
}
