import { expect, it } from 'vitest'
import type { Names } from '../../shared/ports/names.ts'

/** Names to be tested, and where they lead. */
export interface NamesUnderTest {
  readonly names: Names
  /** Every address record of the zones: what it leads to, by its name; of an alias the name that it is one of. */
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

/** A public entry as a load balancer is one. */
const ENTRY = { host: 'w-1-0123456789abcdef.elb.eu-central-1.amazonaws.com', aliasZoneId: 'Z3F0SRJ5LGBH90' } as const

/** What every way of naming clusters must do, in a domain `kafka.example.com`, also for public names. Each test opens a zone of its own. */
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

  it('leads the name of all to nobody who leaves, whose own name goes when it has left; names of the other kind stay', async () => {
    const { names, records } = await open()
    await names.ensureNames(NAMED, brokers)
    await names.ensurePublicNames(NAMED, [1, 2, 3], ENTRY)
    const left = ['10.0.0.1', '10.0.0.2']
    await names.ensureNames(NAMED, [...brokers.slice(0, 2), { nodeId: 3, address: '10.0.0.3', aside: true }])
    expect(await records()).toMatchObject({ [`bootstrap.${end}`]: left, [`b3.${end}`]: ['10.0.0.3'] })
    for (let times = 1; times <= 2; times++) await names.ensureNames(NAMED, brokers.slice(0, 2))
    expect(await records()).toMatchObject({ [`bootstrap.${end}`]: left, [`b3-public.${end}`]: [ENTRY.host] })
    expect(await records()).not.toHaveProperty([`b3.${end}`])
    await names.ensurePublicNames(NAMED, [1, 2], ENTRY)
    expect(await records()).not.toHaveProperty([`b3-public.${end}`])
    expect(await records()).toMatchObject({ [`b2-public.${end}`]: [ENTRY.host], [`b2.${end}`]: ['10.0.0.2'] })
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

  it('gives names for clients from the internet, which are aliases of the entry, beside the others and removed with them', async () => {
    const { names, records } = await open()
    await names.ensureNames(NAMED, brokers)
    for (let times = 1; times <= 2; times++) {
      expect(await names.ensurePublicNames(NAMED, [1, 2, 3], ENTRY)).toMatchObject({
        bootstrap: `bootstrap-public.${end}`,
        brokers: [1, 2, 3].map((nodeId) => ({ nodeId, name: `b${nodeId}-public.${end}` })),
      })
    }
    const aliases = [1, 2, 3].map((nodeId) => [`b${nodeId}-public.${end}`, [ENTRY.host]])
    expect(await records()).toEqual({
      ...RECORDS,
      ...Object.fromEntries(aliases),
      [`bootstrap-public.${end}`]: [ENTRY.host],
    })
    await names.removeNames(NAMED)
    expect(await records()).toEqual({})
  })

  it('removes the names of a cluster that never had any', async () => {
    const { names } = await open()
    await expect(names.removeNames(NAMED)).resolves.toBeUndefined()
  })
}
