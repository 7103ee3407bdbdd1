import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { billOf, billText } from '../../../infra/costs/bill.ts'
import { clusterLines, crossZoneGb, type PricedCluster } from '../../../infra/costs/cluster.ts'
import { dollars, nanoDollars, sumOf } from '../../../infra/costs/money.ts'
import { operationLines } from '../../../infra/costs/operation.ts'
import usage from '../../../infra/costs/operation-usage.json' with { type: 'json' }
import { OperationUsageFile } from '../../../infra/costs/operation-usage.ts'
import { amountOf, PRICES } from '../../../infra/costs/prices.ts'

const line = fc.record({
  what: fc.constantFrom('a', 'b', 'c'),
  price: fc.constantFrom(...(Object.keys(PRICES) as (keyof typeof PRICES)[])),
  quantity: fc.bigInt({ min: 0n, max: 10n ** 15n }),
})

const cluster: fc.Arbitrary<PricedCluster> = fc.record({
  topology: fc.constantFrom('combined', 'dedicated'),
  instanceType: fc.constant('r2a.2xlarge'),
  brokers: fc.integer({ min: 3, max: 200 }),
  volumeGiB: fc.integer({ min: 1, max: 16_384 }),
  rootVolumeGiB: fc.integer({ min: 8, max: 1024 }),
  zones: fc.constantFrom(1, 3),
  publicAccess: fc.boolean(),
})

const totalOf = (priced: PricedCluster) => billOf(clusterLines(priced)).total

describe('money', () => {
  it('is read and written without a rounding', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (amount) => {
        expect(nanoDollars(dollars(amount, 9).slice(1))).toBe(amount)
      }),
    )
    expect(dollars(nanoDollars('12.345'))).toBe('$12.35')
    expect(dollars(nanoDollars('0.5'), 0)).toBe('$1')
    expect(() => nanoDollars('0.0000000001')).toThrow(/not an amount/)
    expect(() => nanoDollars('-1')).toThrow(/not an amount/)
  })

  it('of a line is the price of that many units', () => {
    expect(amountOf({ price: 'apiRequest', quantity: 1_000_000n })).toBe(nanoDollars('3.50'))
    // A function of 512 MiB for two seconds is one GB-second.
    expect(amountOf({ price: 'lambdaMebibyteMillisecond', quantity: 512n * 2000n })).toBe(13_333n)
    expect(amountOf({ price: 'dynamodbReadHalfUnit', quantity: 2n })).toBe(125n)
  })
})

describe('a bill', () => {
  it('is the sum of its lines, however they are put together', () => {
    fc.assert(
      fc.property(fc.array(line), (lines) => {
        const { total, positions } = billOf(lines)
        expect(total).toBe(sumOf(lines.map(amountOf)))
        expect(total).toBe(sumOf(positions.map(({ amount }) => amount)))
        expect(billOf(lines.toReversed()).total).toBe(total)
      }),
    )
  })

  it('says which positions rest on a price that nobody confirmed', () => {
    const bill = billOf([
      { what: 'keys', price: 'kmsKeyMonth', quantity: 2n },
      { what: 'machines', price: 'r6a.2xlarge', quantity: 730n },
    ])
    expect(billText('Month:', bill)).toBe(
      ['Month:', '  keys        $2.00', '  machines  $331.13 ?', '  together  $333.13'].join('\n'),
    )
  })
})

describe('a cluster', () => {
  it('costs more with every broker, every gibibyte and public access', () => {
    fc.assert(
      fc.property(cluster, (priced) => {
        const total = totalOf(priced)
        expect(totalOf({ ...priced, brokers: priced.brokers + 1 })).toBeGreaterThan(total)
        expect(totalOf({ ...priced, volumeGiB: priced.volumeGiB + 1 })).toBeGreaterThan(total)
        expect(totalOf({ ...priced, topology: 'dedicated' })).toBeGreaterThanOrEqual(total)
        expect(totalOf({ ...priced, publicAccess: true })).toBeGreaterThanOrEqual(total)
      }),
    )
  })

  it('sends nothing across zones where it is in one, and each record at least twice where it is in three', () => {
    expect(crossZoneGb({ zones: 1 }, 5)).toBe(0n)
    expect(crossZoneGb({ zones: 3 }, 0)).toBe(2666n)
    expect(crossZoneGb({ zones: 3 }, 2)).toBe(4000n)
  })
})

describe('the usage of operations', () => {
  it('that is checked in is what it says it is, and has a price', () => {
    const { operations } = OperationUsageFile.parse(usage)
    for (const each of operations) expect(billOf(operationLines(each)).total, each.operation).toBeGreaterThan(0n)
  })
})

describe('prices', () => {
  it('name a source, a day and a unit each', () => {
    for (const [name, { source, asOf, unit, per }] of Object.entries(PRICES)) {
      expect(source, name).toMatch(/^https:\/\//)
      expect(asOf, name).toMatch(/^\d{4}-\d\d-\d\d$/)
      expect(unit.length, name).toBeGreaterThan(2)
      expect(per > 0n, name).toBe(true)
    }
  })
})
