import { beforeEach, describe, expect, it } from 'vitest'
import { ensureHost, eventually, specOf } from '../../../contract/host-fleet-contract.ts'
import type { VolumeInCloud } from './cloud-volumes.ts'
import { type FleetScene, openFleetScene } from './fleet-fixture.ts'

const HOUR = 3_600_000

let scene: FleetScene
beforeEach(async () => {
  scene = await openFleetScene()
  await ensureHost(scene, specOf(1))
  return () => scene.server.close()
})

const volume = (): VolumeInCloud => {
  const [only, ...others] = scene.server.volumes.values()
  if (!only || others.length > 0) expect.fail('there is not exactly one volume')
  return only
}
const grow = (volumeGiB: number) => eventually(scene, (fleet) => fleet.growVolume(specOf(1, { volumeGiB })))
const changes = () => volume().changes.map(({ to }) => to)

describe('a volume that grows', () => {
  it('is ready as soon as the new size can be used, long before EBS is done with it', async () => {
    const before = scene.now()
    await grow(20)
    expect(volume().sizeGiB).toBe(20)
    expect(scene.now() - before).toBeLessThan(scene.server.volumes.size * 60_000)
  })

  it('is changed once although every answer is lost', async () => {
    scene.server.dies = ({ action }) => (action === 'ModifyVolume' ? 'after' : undefined)
    await expect(scene.fleet.growVolume(specOf(1, { volumeGiB: 20 }))).rejects.toMatchObject({ code: 'INTERNAL' })
    scene.server.dies = () => undefined
    await grow(20)
    await grow(20)
    expect(changes()).toEqual([20])
  })

  it('is never asked for less, or for what it has', async () => {
    await grow(20)
    await grow(20)
    await grow(10)
    expect(changes()).toEqual([20])
    expect(scene.server.calls.filter(({ action }) => action === 'ModifyVolume')).toHaveLength(1)
  })

  it('tells when it can be changed again while EBS is at work, and nothing afterwards', async () => {
    const { changeableAt } = await grow(1024)
    const from = Date.parse(changeableAt ?? '')
    expect(from).toBeGreaterThan(scene.now())
    expect(from).toBeLessThanOrEqual(scene.now() + 6 * HOUR)
    scene.pass(HOUR / 2)
    const halfWay = Date.parse((await grow(1024)).changeableAt ?? '')
    expect(Math.abs(halfWay - (volume().changes[0]?.at ?? 0) - HOUR)).toBeLessThan(HOUR / 10)
    scene.pass(HOUR)
    expect(await grow(1024)).toEqual({})
  })

  it('is refused with the earliest time while a smaller change will go on for long', async () => {
    await grow(1024)
    await expect(grow(2048)).rejects.toMatchObject({
      code: 'VOLUME_CHANGE_TOO_SOON',
      context: { metadata: { earliestAt: expect.stringMatching(/^2026-11-22T0/) } },
    })
    expect(changes()).toEqual([1024])
  })

  it('waits for a smaller change that is nearly done, and then grows further', async () => {
    await grow(1024)
    scene.pass(HOUR - 120_000)
    await grow(2048)
    expect(changes()).toEqual([1024, 2048])
  })

  it('is refused for a day when EBS says that it was changed too often', async () => {
    for (const size of [11, 12, 13, 14]) {
      await grow(size)
      scene.pass(HOUR)
    }
    const last = volume().changes.at(-1)?.at ?? 0
    await expect(grow(15)).rejects.toMatchObject({
      code: 'VOLUME_CHANGE_TOO_SOON',
      context: { metadata: { earliestAt: new Date(last + 24 * HOUR).toISOString() } },
    })
    scene.pass(24 * HOUR)
    await grow(15)
    expect(changes()).toEqual([11, 12, 13, 14, 15])
  })
})
