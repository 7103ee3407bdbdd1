import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { order, start, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()

describe('what can be looked up', () => {
  it('shows versions, types, topologies and zones', async () => {
    const { out } = await weir(api(), ['catalog'])
    expect(out).toMatch(/^3\.7\.1 +recommended +2024-11-01/m)
    expect(out).toMatch(/^r2a\.2xlarge +8 +64 GiB/m)
    expect(out).toContain('Zones: az-1, az-2, az-3')
  })

  it('shows the quotas with what is used', async () => {
    await order(api())
    expect((await weir(api(), ['quotas'])).out).toMatch(/^clusters +10 +1 +9$/m)
  })

  it('explains errors without a token', async () => {
    const environment = { WEIR_URL: api().url }
    expect((await start(['errors'], { environment }).ended).out).toMatch(/^NAME_TAKEN +409 +no +The name is in use$/m)
    expect((await start(['errors', 'NO_SUCH'], { environment }).ended).code).toBe(EXIT.refused)
  })
})
