import { type Invariant, Violation } from './facts.ts'

/** A transaction touches rows of one tenant, and a step those of its own. */
export const oneTenant: Invariant = ({ changes, writer }, { operations }) => {
  const own = writer && operations.get(writer.operationId)?.tenantId
  const tenants = new Set([...changes.map(({ tenantId }) => tenantId), ...(own === undefined ? [] : [own])])
  if (tenants.size > 1) throw new Violation(`One transaction touched rows of ${[...tenants].join(' and ')}`)
}
