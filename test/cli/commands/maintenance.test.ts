import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { scheduleMaintenance } from '../../../shared/state/maintenance.ts'
import { activeCluster, json, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const MAINTENANCE = 'mnt_01JD8X3V9QWERTYZ0123456789'

async function withGrowth() {
  const { clusterId } = await activeCluster(api())
  await changeCluster(api().ports, { tenantId: 'acme', clusterId }, (draft) =>
    scheduleMaintenance(draft, {
      maintenanceId: MAINTENANCE,
      kind: 'growVolumes',
      urgency: 'Planned',
      reason: 'The volume of broker 2 is 83 % full; the threshold is 80 %.',
      changes: [{ pointer: '/brokers/volumeGiB', from: 100, to: 150 }],
      notBefore: Date.parse(draft.now),
    }),
  )
  return clusterId
}

describe('weir clusters maintenance', () => {
  it('shows what is scheduled, why, and what it changes', async () => {
    await withGrowth()
    const ran = await weir(api(), ['clusters', 'maintenance', 'orders'])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    for (const said of [MAINTENANCE, 'Planned', 'Scheduled', '83 % full', '100 -> 150']) expect(ran.out).toContain(said)
  })

  it('is put off to the next window, or to one from a time on', async () => {
    await withGrowth()
    const at = async (...args: readonly string[]) =>
      Date.parse(String(json(await weir(api(), ['clusters', ...args, '-o', 'json'])).scheduledFor))
    const postpone = ['maintenance-postpone', 'orders', MAINTENANCE]
    const first = await at(...postpone)
    const week = 7 * 24 * 3_600_000
    expect(await at(...postpone, '--until', new Date(first + 1.5 * week).toISOString())).toBe(first + 2 * week)
    expect((await weir(api(), ['clusters', ...postpone, '--until', 'later'])).code).not.toBe(EXIT.ok)
  })

  it('is begun now', async () => {
    await withGrowth()
    const ran = await weir(api(), ['clusters', 'maintenance-start', 'orders', MAINTENANCE])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    expect(ran.out).toContain('extendVolumes')
    const shown = await weir(api(), ['clusters', 'get', 'orders'])
    expect(shown.out).toContain('growVolumes')
  })
})

describe('weir clusters update', () => {
  it('orders how volumes grow by themselves and when that may be, and shows both', async () => {
    await activeCluster(api())
    const flags = [
      '--disk-autoscaling',
      'planned=80,emergency=90,limit=2000GiB',
      '--maintenance-window',
      'Mon 22:30 2h',
    ]
    const ran = await weir(api(), ['clusters', 'update', 'orders', ...flags])
    expect([ran.code, ran.err]).toEqual([EXIT.ok, ''])
    const shown = await weir(api(), ['clusters', 'get', 'orders'])
    expect(shown.out).toContain('at 80 % in the window, at 90 % at once, to 2000 GiB at most')
    expect(shown.out).toContain('Mon 22:30 UTC, 2 h')
    await weir(api(), ['clusters', 'update', 'orders', '--disk-autoscaling', 'off'])
    expect(json(await weir(api(), ['clusters', 'get', 'orders', '-o', 'json']))).not.toHaveProperty('diskAutoscaling')
  })
})
