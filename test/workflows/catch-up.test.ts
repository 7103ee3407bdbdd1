import { expect, it } from 'vitest'
import { changeHost } from '../../shared/state/settle-host.ts'
import { type DistanceToSync, refuseWithoutProgress } from '../../workflows/catch-up.ts'
import { beginOperation } from '../../workflows/steps/begin-operation.ts'
import { activeCluster, textAt } from '../api/cluster-fixtures.ts'
import { harness } from '../api/harness.ts'
import { reported } from '../api/host-fixtures.ts'

const ignore = () => {}
const MINUTE = 60_000
const GiB = 1024 ** 3

/** A restart that waits for node 2 to come back. */
async function waiting() {
  const h = harness()
  const { clusterId } = await activeCluster(h)
  const operationId = textAt(await h.post(`/v1/clusters/${clusterId}/actions/restart`), 'id')
  const ports = { ...h.ports, log: { info: ignore, warn: ignore, error: ignore } }
  const input = { tenantId: 'acme', clusterId, operationId, attempt: 1, nodeId: 2 }
  await beginOperation.run(input, ports)
  await reported(h, clusterId, 2)
  return {
    h,
    clusterId,
    minutes: (count: number) => h.clock.advance(count * MINUTE),
    look: (behindOn: number | undefined, usableBytes?: number) => {
      const distance: DistanceToSync = { behindOn, usableBytes }
      return refuseWithoutProgress(ports, input, distance, 'it is behind')
    },
  }
}
const refused = { code: 'HOST_NOT_READY', message: expect.stringContaining('for 30 minutes: it is behind') }

it('waits half an hour for a node that does not get on, and no longer', async () => {
  const { look, minutes } = await waiting()
  await look(5)
  await minutes(29)
  await look(5)
  await minutes(1)
  await expect(look(5)).rejects.toMatchObject(refused)
})

it.each([
  ['a partition catches up', (round: number) => [50 - round, GiB] as const],
  ['its volume fills', (round: number) => [5, 100 * GiB - round * GiB] as const],
])('waits for hours as long as %s now and then', async (_, seen) => {
  const { look, minutes } = await waiting()
  for (let round = 0; round < 20; round++) {
    await look(...seen(round))
    await minutes(25)
  }
})

it('takes it for progress when a node registers, and not when it is further behind again', async () => {
  const { look, minutes } = await waiting()
  await look(undefined)
  await minutes(29)
  await look(100)
  await minutes(29)
  await look(120)
  await minutes(1)
  await expect(look(110)).rejects.toMatchObject(refused)
})

it('waits while a log is recovered, and begins anew when the node was started again', async () => {
  const { h, clusterId, look, minutes } = await waiting()
  await reported(h, clusterId, 2, { process: { state: 'Recovering', exitCount: 0 } })
  for (let round = 0; round < 10; round++) {
    await look(undefined)
    await minutes(25)
  }
  await reported(h, clusterId, 2)
  await look(5)
  await minutes(31)
  await changeHost(h.ports, 'acme', clusterId, 2, (host) => ({ ...host, restartedFor: 'restored' }))
  await look(5)
})
