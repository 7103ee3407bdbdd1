import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openFleetRecords } from '../../local/fleet-records.ts'
import { volumeFile } from '../../local/hosts/host-spec.ts'
import { openIssuer } from '../../local/issuer.ts'
import { type LocalFleet, openLocalFleet } from '../../local/local-fleet.ts'
import { createVirtualClock } from '../../local/virtual-clock.ts'
import { deterministicIds } from '../api/deterministic-ids.ts'

let home: string
let fleet: LocalFleet

const node = { tenantId: 'acme', clusterId: 'clu_1', nodeId: 2 }
const spec = {
  ...node,
  zone: 'az-1',
  roles: ['broker'],
  instanceType: 'r2a.2xlarge',
  volumeGiB: 1,
  kafkaVersion: '3.7.1',
  incarnation: 1,
  volumeIncarnation: 1,
} as const

beforeEach(async () => {
  home = await mkdtemp(join(tmpdir(), 'weir-fleet-'))
  fleet = openLocalFleet({
    home,
    ids: deterministicIds(createVirtualClock(0)),
    issuer: await openIssuer(home),
    loopbackRange: '127.61',
    kafkaReleasesDir: join(home, 'kafka'),
    agentFile: join(home, 'agent.mjs'),
    controlPlaneUrl: () => 'http://127.0.0.1:1',
    hostOverrides: { isolated: false },
  })
})
afterEach(async () => {
  fleet.close()
  await rm(home, { recursive: true })
})

const volumes = async () => (await fleet.list('acme', 'clu_1')).map(({ id, state }) => [id, state])

describe('a volume of the local fleet', () => {
  it('is found again, and its data with it', async () => {
    const { volumeId } = await fleet.ensureVolume(spec)
    expect(await fleet.ensureVolume({ ...spec, volumeIncarnation: 2 })).toEqual({ volumeId })
    expect(await volumes()).toEqual([[volumeId, 'Running']])
  })

  it('that was lost is listed as gone, and never made a second time', async () => {
    const { volumeId } = await fleet.ensureVolume(spec)
    await rm(volumeFile(home, volumeId, 'directory'), { recursive: true })
    expect(await volumes()).toEqual([[volumeId, 'Gone']])
    expect(await fleet.ensureVolume(spec)).toEqual({ volumeId })
    expect(await volumes()).toEqual([[volumeId, 'Gone']])
    await fleet.removeVolume(node, volumeId)
    expect(await volumes()).toEqual([])
  })

  it('is not taken by a late removal of the one before', async () => {
    const { volumeId: lost } = await fleet.ensureVolume(spec)
    await fleet.removeVolume(node, lost)
    const { volumeId } = await fleet.ensureVolume({ ...spec, volumeIncarnation: 2 })
    await writeFile(join(volumeFile(home, volumeId, 'directory'), 'kept'), '')
    await fleet.removeVolume(node, lost)
    expect(await volumes()).toEqual([[volumeId, 'Running']])
  })
})

describe('a machine of the local fleet', () => {
  it('is not taken by a late removal of the one before', async () => {
    const records = openFleetRecords(join(home, 'fleet.sqlite'))
    const { id } = records.ensure(node, 'instance', () => 'i_next')
    records.noteIncarnation(id, 2)
    records.close()
    const machines = async () => (await fleet.list('acme', 'clu_1')).map(({ id }) => id)
    await fleet.removeInstance(node, 1)
    expect(await machines()).toEqual(['i_next'])
    await fleet.removeInstance(node, 2)
    expect(await machines()).toEqual([])
  })
})
