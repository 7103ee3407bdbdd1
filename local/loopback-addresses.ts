import { createServer } from 'node:net'
import { DomainError } from '../shared/errors/domain-error.ts'
import { listenerPorts } from '../shared/kafka/listeners.ts'

/** A cluster's hosts share the first three bytes; the last is the node id, so an address tells whose it is. */
const CLUSTER_BLOCKS = 254

/** Takes the first three bytes of an address apart from the last. */
const blockOf = (address: string) => address.slice(0, address.lastIndexOf('.'))

/**
 * Chooses the address of a node: 127.<range>.<cluster>.<node>, below the range that this control plane was given. A block
 * is free when none of our clusters has it and nothing on this machine (another control plane, say) listens there.
 */
export async function chooseAddress(
  range: string,
  nodeId: number,
  ownAddresses: readonly string[],
  usedAddresses: readonly string[],
): Promise<string> {
  const [own] = ownAddresses
  if (own !== undefined) return `${blockOf(own)}.${nodeId}`
  const used = new Set(usedAddresses.map(blockOf))
  for (let cluster = 1; cluster <= CLUSTER_BLOCKS; cluster++) {
    const block = `${range}.${cluster}`
    if (!used.has(block) && (await isFree(`${block}.${nodeId}`))) return `${block}.${nodeId}`
  }
  throw new DomainError('NO_CAPACITY', `All ${CLUSTER_BLOCKS} blocks of addresses below ${range} are in use.`)
}

async function isFree(address: string): Promise<boolean> {
  for (const port of Object.values(listenerPorts)) if (!(await canBind(address, port))) return false
  return true
}

function canBind(address: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen(port, address, () => server.close(() => resolve(true)))
  })
}
