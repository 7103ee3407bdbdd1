import type { ChangeContext, Consequence } from './change-kinds.ts'

/** What it takes to have more brokers. */
export function compileExpansion(_context: ChangeContext): Consequence {
  return {
    blockers: [
      {
        code: 'CHANGE_NOT_SUPPORTED',
        pointer: '/brokers/count',
        detail: 'Adding brokers comes with a later release.',
      },
    ],
  }
}
