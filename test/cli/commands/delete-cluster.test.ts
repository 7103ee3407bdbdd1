import { describe, expect, it } from 'vitest'
import { createApiClient } from '../../../cli/api-client.ts'
import { findCluster } from '../../../cli/cluster-reference.ts'
import { requestDelete } from '../../../cli/commands/delete-cluster.ts'
import { EXIT } from '../../../cli/exit-codes.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { activeCluster, json, order, startBeside, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()
const statusOf = async () => json(await weir(api(), ['clusters', 'get', 'orders', '-o', 'json'])).status

describe('weir clusters delete', () => {
  it('deletes nothing where nobody can confirm, unless --yes is said', async () => {
    await activeCluster(api())
    const refused = await weir(api(), ['clusters', 'delete', 'orders'])
    expect(refused.code).toBe(EXIT.usage)
    expect(refused.err).toContain('--yes')
    expect(await statusOf()).toBe('Active')
    const ran = await weir(api(), ['clusters', 'delete', 'orders', '--yes'])
    expect(ran.code).toBe(EXIT.ok)
    expect(ran.out).toMatch(/weir operations watch op_/)
    expect(await statusOf()).toBe('Deleting')
  })

  it('asks for the name on a terminal and deletes nothing on any other answer', async () => {
    await activeCluster(api())
    const other = await weir(api(), ['clusters', 'delete', 'orders'], { answer: 'yes' })
    expect(other.code).toBe(EXIT.usage)
    expect(await statusOf()).toBe('Active')
    expect((await weir(api(), ['clusters', 'delete', 'orders'], { answer: 'orders' })).code).toBe(EXIT.ok)
    expect(await statusOf()).toBe('Deleting')
  })

  it('says that the cluster is protected', async () => {
    await order(api(), '--deletion-protection')
    const ran = await weir(api(), ['clusters', 'delete', 'orders', '--yes'])
    expect(ran.code).toBe(EXIT.refused)
    expect(ran.err).toContain('DELETION_PROTECTED')
  })

  it('goes on when only the status has changed since it was seen', async () => {
    const operation = await order(api())
    const { clusterId } = operation
    const token = (await weir(api(), ['token'])).out.trim()
    const client = createApiClient({ url: api().url, token, clock: api().clock })
    const seen = await findCluster(client, 'orders')
    await api().play(operation, (draft) => draft.enterCluster('Creating', 'Unknown'))
    expect(await requestDelete(client, seen)).toMatchObject({ type: 'deleteCluster', target: { id: clusterId } })
  })

  it('deletes nothing when what was ordered has changed since it was seen', async () => {
    const { clusterId } = await activeCluster(api())
    const token = (await weir(api(), ['token'])).out.trim()
    const client = createApiClient({ url: api().url, token, clock: api().clock })
    const seen = await findCluster(client, 'orders')
    await changeCluster(api().ports, { tenantId: 'acme', clusterId }, (draft) =>
      draft.setCluster({ specRevision: draft.cluster().specRevision + 1 }),
    )
    await expect(requestDelete(client, seen)).rejects.toMatchObject({ problem: { code: 'PRECONDITION_FAILED' } })
    expect(await statusOf()).toBe('Active')
  })

  it('shows the brokers going with --wait', async () => {
    await activeCluster(api())
    const running = startBeside(api(), ['clusters', 'delete', 'orders', '--yes', '--wait'])
    await running.seen('deleteCluster Pending')
    const [{ id, target }] = Object(json(await weir(api(), ['operations', 'list', '-o', 'json']))).items
    const operation = { operationId: String(id), clusterId: String(target.id) }
    await api().play(operation, (draft) => draft.enterBroker(1, 'Deleting', {}))
    await running.seen('broker 1       az-1  Deleting')
    await api().end(operation, { state: 'Succeeded' })
    const ran = await running.ended
    expect(ran.code).toBe(EXIT.ok)
    expect(ran.out).toContain('Deleted: orders')
  })
})
