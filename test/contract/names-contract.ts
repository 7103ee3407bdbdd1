import { expect, it } from 'vitest'
import type { Names } from '../../shared/ports/names.ts'

/** Names to be tested, and where they lead. */
export interface NamesUnderTest {
  readonly names: Names
  /** Every address record below the domain: what it leads to, by its name. */
  records(): Promise<Readonly<Record<string, readonly string[]>>>
}

/** Two clusters of one tenant. */
export const NAMED = { tenantId: 'acme', clusterId: 'clu_01JZX3YC4B2M8Q9T0V7W6R5S1N' } as const
const OTHER = { tenantId: 'acme', clusterId: 'clu_01JZX3YC4B2M8Q9T0V7W6R5S2P' } as const

const end = 'clu-01jzx3yc4b2m8q9t0v7w6r5s1n.kafka.example.com'
const brokers = [1, 2, 3].map((nodeId) => ({ nodeId, address: `10.0.0.${nodeId}` }))

/** The records of the first cluster. */
export const RECORDS = {
  [`b1.${end}`]: ['10.0.0.1'],
  [`b2.${end}`]: ['10.0.0.2'],
  [`b3.${end}`]: ['10.0.0.3'],
  [`bootstrap.${end}`]: ['10.0.0.1', '10.0.0.2', '10.0.0.3'],
}

/** What every way of naming clusters must do, in a domain `kafka.example.com`. Each test opens a zone of its own. */
export function namesContract(open: () => Promise<NamesUnderTest>): void {
  it('gives each broker a name and the cluster one for all, however often it is asked', async () => {
    const { names, records } = await open()
    const first = await names.ensureNames(NAMED, brokers)
    const again = await names.ensureNames(NAMED, brokers)
    expect(first).toMatchObject({
      bootstrap: `bootstrap.${end}`,
      brokers: [1, 2, 3].map((nodeId) => ({ nodeId, name: `b${nodeId}.${end}` })),
    })
    expect({ ...again, changeId: '' }).toEqual({ ...first, changeId: '' })
    expect(await records()).toEqual(RECORDS)
  })

  it('leads a name to another address when it is told one', async () => {
    const { names, records } = await open()
    await names.ensureNames(NAMED, brokers)
    await names.ensureNames(NAMED, [{ nodeId: 1, address: '10.0.0.9' }, ...brokers.slice(1)])
    expect(await records()).toMatchObject({
      [`b1.${end}`]: ['10.0.0.9'],
      [`bootstrap.${end}`]: ['10.0.0.9', '10.0.0.2', '10.0.0.3'],
    })
  })

  it('removes all names of a cluster, again and again, and leaves those of others alone', async () => {
    const { names, records } = await open()
    await names.ensureNames(NAMED, brokers)
    await names.ensureNames(OTHER, brokers)
    await names.removeNames(OTHER)
    await names.removeNames(OTHER)
    expect(await records()).toEqual(RECORDS)
    await names.removeNames(NAMED)
    expect(await records()).toEqual({})
  })

  it('removes the names of a cluster that never had any', async () => {
    const { names } = await open()
    await expect(names.removeNames(NAMED)).resolves.toBeUndefined()
  })
}
