import type { Names } from '../../shared/ports/names.ts'

/** A deployment without a domain: clients call brokers by their addresses. */
export function noNames(): Names {
  return {
    ensureNames: async () => undefined,
    ensurePublicNames: async () => undefined,
    isEverywhere: async () => true,
    removeNames: async () => undefined,
  }
}
