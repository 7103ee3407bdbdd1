import { expect, it } from 'vitest'
import type { HostFleet, HostResource } from '../../shared/ports/hosts.ts'
import { lookForVolumes } from '../../workflows/look-for-volumes.ts'
import { lossOf } from '../../workflows/lost-volume.ts'

const CLUSTER = { tenantId: 'acme', clusterId: 'clu_1' }
const HOSTS = [1, 2].map((nodeId) => ({ nodeId, generation: 1, volumeId: `vol-${nodeId}` }))
const volume = (nodeId: number, state: HostResource['state'] = 'Running'): HostResource => {
  return { ...CLUSTER, nodeId, kind: 'volume', id: `vol-${nodeId}`, state }
}
const unused = async () => Promise.reject(new TypeError('nobody asks for this'))

/** What is thought lost of node 2 when lists say so, one after the other and the last one for ever. */
async function lossAfter(lists: readonly (readonly HostResource[])[], hasVolume?: HostFleet['hasVolume']) {
  let looks = 0
  let now = 0
  const fleet: HostFleet = {
    ensureSecurityGroup: unused,
    removeSecurityGroup: unused,
    ensureAddress: unused,
    ensureVolume: unused,
    stageRelease: unused,
    ensureInstance: unused,
    growVolume: unused,
    removeInstance: unused,
    removeVolume: unused,
    removeAddress: unused,
    list: async () => lists[Math.min(looks++, lists.length - 1)] ?? [],
    ...(hasVolume && { hasVolume }),
  }
  const sleep = async (milliseconds: number) => {
    now += milliseconds
  }
  const clock = { now: () => now, sleep }
  const resources = await lookForVolumes({ hosts: fleet, clock }, CLUSTER, HOSTS)
  return { lost: lossOf(2, { resources, hosts: HOSTS, wish: undefined }), looks, seconds: now / 1000 }
}

it('looks once where everything is there', async () => {
  expect(await lossAfter([[volume(1), volume(2)]])).toEqual({ lost: undefined, looks: 1, seconds: 0 })
})

it('does not take a volume for lost that one list or two have left out', async () => {
  const both = [volume(1), volume(2)]
  expect(await lossAfter([[volume(1)], both])).toMatchObject({ lost: undefined, looks: 2 })
  expect(await lossAfter([[volume(1)], [volume(1)], both])).toMatchObject({ lost: undefined, looks: 3 })
  expect(await lossAfter([[volume(2)], [volume(1)], [volume(1)]])).toMatchObject({ lost: undefined })
})

it('does not take a volume for lost that is there by its id, whatever lists say', async () => {
  const seen = await lossAfter([[volume(1)]], async (id) => id === 'vol-2')
  expect(seen).toMatchObject({ lost: undefined, looks: 1 })
})

it('takes a volume for lost that nobody has found three times within ten seconds, or that is on its way out', async () => {
  const lost = 'The volume of node 2 is gone.'
  expect(await lossAfter([[volume(1)]], async () => false)).toEqual({ lost, looks: 3, seconds: 10 })
  expect(await lossAfter([[volume(1), volume(2, 'Gone')]])).toMatchObject({ lost, looks: 3 })
})
