import { describe, expect, it } from 'vitest'
import { supportOf, supportWarning } from '../../../shared/catalogue/support.ts'

/** Kafka 3.7.1 is supported to the end of 2027-06-30. */
const at = (text: string) => Date.parse(text)

describe('the support of a release', () => {
  it.each([
    ['2027-01-01T00:00:00.000Z', 'Supported'],
    ['2027-01-01T00:00:00.001Z', 'EndsSoon'],
    ['2027-06-30T23:59:59.999Z', 'EndsSoon'],
    ['2027-07-01T00:00:00.000Z', 'Ended'],
  ])('at %s is %s', (time, state) => {
    expect(supportOf('3.7.1', at(time))).toEqual({ until: '2027-06-30', state })
  })

  it('is warned about from 180 days before its end on', () => {
    expect(supportWarning('3.7.1', at('2026-11-22T00:00:00Z'))).toBeUndefined()
    expect(supportWarning('3.7.1', at('2027-03-01T00:00:00Z'))).toMatch(/until 2027-06-30 only/)
    expect(supportWarning('3.7.1', at('2028-01-01T00:00:00Z'))).toMatch(/has not been supported since 2027-06-30/)
  })
})
