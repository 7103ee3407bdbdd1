import { DomainError } from '../../shared/errors/domain-error.ts'

/**
 * Stands in for a port that a composition does not have: whatever is asked of it fails with NOT_PROVIDED and the reason,
 * so that what needs it ends visibly and everything else works.
 */
export function absentPort<T extends object>(reason: string): T {
  return new Proxy<Partial<T>>(
    {},
    {
      get: (_target, method) =>
        // A port is awaited nowhere, but a promise that resolves with one looks for `then`.
        method === 'then'
          ? undefined
          : () => Promise.reject(new DomainError('NOT_PROVIDED', `${reason} (${String(method)})`)),
    },
  ) as T
}
