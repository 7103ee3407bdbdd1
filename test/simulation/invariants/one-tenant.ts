import { type Invariant, Violation } from './facts.ts'

/** A transaction touches rows of one tenant beside the list of all clusters, and a step those of its own. */
export const oneTenant: Invariant = ({ changes, writer }, { operations }) => {
  const own = writer && operations.get(writer.operationId)?.tenantId
  const rows = changes.filter(({ tenantId }) => tenantId !== '~fleet')
  const tenants = new Set([...rows.map(({ tenantId }) => tenantId), ...(own === undefined ? [] : [own])])
  if (tenants.size > 1) throw new Violation(`One transaction touched rows of ${[...tenants].join(' and ')}`)
}
