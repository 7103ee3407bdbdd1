import { describe, expect, it } from 'vitest'
import { addressPlan } from '../../infra/address-plan.ts'
import { AVAILABILITY_ZONES } from '../../shared/catalogue/zones.ts'

/** First and last address of a network as numbers. */
function range(cidr: string): readonly [number, number] {
  const [address = '', bits] = cidr.split('/')
  const first = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  return [first, first + 2 ** (32 - Number(bits)) - 1]
}

describe('the addresses of a VPC', () => {
  it('of a zone follow from its name: half for hosts, a quarter each for functions and load balancers', () => {
    expect(addressPlan('10.64.0.0/16', 'az-1')).toEqual({
      hosts: '10.64.0.0/19',
      functions: '10.64.32.0/20',
      balancers: '10.64.48.0/20',
    })
    expect(addressPlan('172.31.240.0/20', 'az-3')).toEqual({
      hosts: '172.31.248.0/23',
      functions: '172.31.250.0/24',
      balancers: '172.31.251.0/24',
    })
  })

  it.each(['10.0.0.0/16', '10.9.128.0/17', '192.168.16.0/20'])('%s hold all zones, and no two overlap', (cidr) => {
    const [first, last] = range(cidr)
    const ranges = AVAILABILITY_ZONES.flatMap((zone) => Object.values(addressPlan(cidr, zone)).map(range))
    const inOrder = ranges.toSorted(([a], [b]) => a - b)
    expect(inOrder).toHaveLength(9)
    for (const [index, [from, to]] of inOrder.entries()) {
      expect(from).toBeGreaterThan(inOrder[index - 1]?.[1] ?? first - 1)
      expect(to).toBeLessThanOrEqual(last)
    }
  })
})
