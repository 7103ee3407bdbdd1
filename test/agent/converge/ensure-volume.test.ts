import { describe, expect, it } from 'vitest'
import { ensureVolume } from '../../../agent/converge/ensure-volume.ts'
import { VolumeNotAttachedError } from '../../../agent/volume/ebs-device.ts'
import type { Volume } from '../../../agent/volume/volume.ts'
import { aDesiredHost } from '../desired-host.ts'

/** A volume that takes the sizes that its device has, of which it is told from outside. */
function aVolume(deviceGiB: { now: number }): Volume {
  let sizeGiB = deviceGiB.now
  return {
    path: '/data',
    ensureMounted: async () => undefined,
    ensureSize: async (volumeGiB) => {
      sizeGiB = Math.min(volumeGiB, deviceGiB.now)
      if (sizeGiB < volumeGiB) throw new Error('the device is too small so far')
    },
    observe: async () => ({ state: 'Mounted', totalBytes: sizeGiB * 1024 ** 3 }),
  }
}

function host(deviceGiB: { now: number }) {
  const grown: number[] = []
  const step = ensureVolume(aVolume(deviceGiB), async () => {
    grown.push(deviceGiB.now)
  })
  return { grown, pass: (volumeGiB: number) => step.ensure({ ...aDesiredHost(), volumeGiB }) }
}

describe('a volume that has grown', () => {
  it('is told of once, also when its device grew only after it was asked for', async () => {
    const deviceGiB = { now: 1 }
    const { grown, pass } = host(deviceGiB)
    expect(await pass(1)).toEqual({ holds: true })
    expect(await pass(2)).toMatchObject({ holds: true, problem: { code: 'VOLUME_FAILED' } })
    expect(grown).toEqual([])
    deviceGiB.now = 2
    expect(await pass(2)).toEqual({ holds: true })
    expect(await pass(2)).toEqual({ holds: true })
    expect(grown).toEqual([2])
  })

  it('is told of by an agent that has just been started, too', async () => {
    const deviceGiB = { now: 1 }
    const { grown, pass } = host(deviceGiB)
    deviceGiB.now = 3
    expect(await pass(3)).toEqual({ holds: true })
    expect(grown).toEqual([3])
  })
})

it('is waited for while it is not attached, which is no failure that a repair would begin for', async () => {
  const deviceGiB = { now: 1 }
  let isAttached = false
  const volume: Volume = {
    ...aVolume(deviceGiB),
    async ensureMounted() {
      if (!isAttached) throw new VolumeNotAttachedError('no data volume is attached to this machine yet')
    },
  }
  const step = ensureVolume(volume, async () => undefined)
  expect(await step.ensure(aDesiredHost())).toMatchObject({
    holds: false,
    problem: { code: 'VOLUME_FAILED', terminal: false },
    lookAgainInMilliseconds: 1000,
  })
  isAttached = true
  expect(await step.ensure(aDesiredHost())).toEqual({ holds: true })
})
