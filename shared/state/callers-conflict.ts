import type { TransactionConflict, Write } from '../ports/store.ts'

/** One of the writes that a caller added to a transaction lost its race, so that trying again would not help. */
export class CallersConflict extends Error {
  override readonly name = 'CallersConflict'
  readonly conflict: TransactionConflict

  constructor(conflict: TransactionConflict) {
    super(conflict.message)
    this.conflict = conflict
  }
}

/** Tells a conflict on one of the caller's own writes from one on what was read; the latter is worth another round. */
export function throwIfCallers(conflict: TransactionConflict, callersWrites: readonly Write[]): void {
  const isCallers = callersWrites.some((write) =>
    conflict.failed.some(({ key }) => key.partition === write.partition && key.sort === write.sort),
  )
  if (isCallers) throw new CallersConflict(conflict)
}
