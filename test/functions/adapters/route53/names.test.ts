import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { route53Names } from '../../../../functions/adapters/route53/names.ts'
import type { Names } from '../../../../shared/ports/names.ts'
import { NAMED, namesContract, RECORDS } from '../../../contract/names-contract.ts'
import type { Death } from '../ec2/ec2-server.ts'
import { type Route53Server, startRoute53Server } from './route53-server.ts'

const ZONE = 'Z0123456789ABC'
const dns = { hostedZoneId: ZONE, domain: 'kafka.example.com' }
const brokers = [1, 2, 3].map((nodeId) => ({ nodeId, address: `10.0.0.${nodeId}` }))

let now = 0
let server: Route53Server
let names: Names

beforeEach(async () => {
  now = Date.parse('2026-11-22T00:00:00.000Z')
  server = await startRoute53Server({ now: () => now, zones: { [ZONE]: 'example.com' } })
  names = route53Names({ dns, publicDns: dns, client: server.client() })
})
afterEach(() => server.close())

async function records(): Promise<Record<string, readonly string[]>> {
  const sets =
    server.zones
      .get(ZONE)
      ?.from('', '')
      .filter(({ type }) => type === 'A') ?? []
  return Object.fromEntries(
    sets.map(({ name, values, alias }) => [name.slice(0, -1), alias ? [alias.target.slice(0, -1)] : values]),
  )
}

describe('names in a hosted zone', () => {
  namesContract(async () => ({ names, records }))

  it('are everywhere when Route 53 says that the change is in sync, and not before', async () => {
    const given = await names.ensureNames(NAMED, brokers)
    expect(await names.isEverywhere(given?.changeId ?? '')).toBe(false)
    now += 60_000
    expect(await names.isEverywhere(given?.changeId ?? '')).toBe(true)
  })

  it('are made in one change for the largest cluster', async () => {
    const many = Array.from({ length: 60 }, (_, index) => ({ nodeId: index + 1, address: `10.0.1.${index + 1}` }))
    await names.ensureNames(NAMED, many)
    expect(server.calls.filter(({ action }) => action === 'change')).toHaveLength(1)
    expect(Object.keys(await records())).toHaveLength(61)
    await names.removeNames(NAMED)
    expect(await records()).toEqual({})
  })

  it('leave what others have in the zone alone, also right beside them', async () => {
    const foreign = {
      action: 'CREATE',
      set: { name: 'kafka.example.com.', type: 'A', ttl: '60', values: ['10.9.9.9'], alias: undefined },
    }
    server.zones.get(ZONE)?.change([foreign])
    await names.ensureNames(NAMED, brokers)
    await names.removeNames(NAMED)
    expect(await records()).toEqual({ 'kafka.example.com': ['10.9.9.9'] })
  })

  it('are removed although another caller removes some of them at the same time', async () => {
    await names.ensureNames(NAMED, brokers)
    await Promise.all([names.removeNames(NAMED), names.removeNames(NAMED)])
    expect(await records()).toEqual({})
  })

  it.each(['Throttling', 'PriorRequestNotComplete'])('are NOT_YET where Route 53 says %s', async (code) => {
    server.refuses = () => code
    await expect(names.ensureNames(NAMED, brokers)).rejects.toMatchObject({ code: 'NOT_YET' })
    await expect(names.isEverywhere('C1')).rejects.toMatchObject({ code: 'NOT_YET' })
    await expect(names.removeNames(NAMED)).rejects.toMatchObject({ code: 'NOT_YET' })
  })

  it('are NOT_PROVIDED where the zone is not there, in words that tell nothing of AWS', async () => {
    const elsewhere = route53Names({ dns: { ...dns, hostedZoneId: 'Z0GONE' }, client: server.client() })
    const refused = await elsewhere.ensureNames(NAMED, brokers).catch((thrown: unknown) => thrown)
    expect(refused).toMatchObject({ code: 'NOT_PROVIDED', message: expect.not.stringContaining('words of AWS') })
  })
})

const deaths = fc.array(fc.constantFrom<Death | undefined>(undefined, 'before', 'after'), { maxLength: 12 })

it('whatever call dies, and whenever: all names in the end, and none after the removal', async () => {
  const again = async (call: () => Promise<unknown>): Promise<void> => {
    for (;;) {
      try {
        await call()
        return
      } catch {
        // The workflow calls the step again.
      }
    }
  }
  await fc.assert(
    fc.asyncProperty(deaths, async (planned) => {
      const left = [...planned]
      server.dies = () => left.shift()
      await again(() => names.ensureNames(NAMED, brokers))
      expect(await records()).toEqual(RECORDS)
      await again(() => names.removeNames(NAMED))
      expect(await records()).toEqual({})
    }),
    { numRuns: 40 },
  )
})
