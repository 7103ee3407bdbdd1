import { DomainError } from '../../shared/errors/domain-error.ts'
import type { PublicEntries } from '../../shared/ports/public-entries.ts'

/** A deployment without public access: no order for it is accepted, and there is nothing to remove. */
export function noPublicEntries(): PublicEntries {
  const refuse = async () => {
    throw new DomainError('NOT_PROVIDED', 'This deployment was not told where public entries stand (publicAccess).')
  }
  return { ensureEntry: refuse, missingOf: refuse, removeEntry: async () => undefined }
}
