import { describe, expect, it } from 'vitest'
import { abandonSteps } from '../../../functions/jobs/abandon-steps.ts'
import { acceptDelete } from '../../../shared/state/accept-delete.ts'
import { loadOperation, loadStory } from '../../../shared/state/load.ts'
import { renewOperation } from '../../../shared/state/renew-operation.ts'
import { recordStep } from '../../../shared/state/step-record.ts'
import { accepted, requester, stateFixture } from '../../shared/state/state-fixture.ts'

/** An operation with a step that goes on, and one that has ended. */
async function underWay() {
  const ports = stateFixture()
  const { tenantId, clusterId, operationId } = await accepted(ports)
  const begin = (attempt: number, name: string) =>
    recordStep(ports, { tenantId, operationId, attempt, name, nodeId: 1 }, { state: 'Running' }, true)
  await begin(1, 'ensureVolume')
  await recordStep(
    ports,
    { tenantId, operationId, attempt: 1, name: 'ensureVolume', nodeId: 1 },
    { state: 'Succeeded' },
  )
  await begin(1, 'launchKafka')
  const deliver = async () => abandonSteps(ports, (await ports.store.changes(undefined, 1000)).changes)
  const told = async () =>
    (await loadStory(ports.store, tenantId, operationId)).map(({ attempt, name, state }) => [attempt, name, state])
  return { ports, begin, deliver, told, tenantId, clusterId, operationId }
}

describe('a step that nobody will ever tell the end of', () => {
  it('is abandoned when a delete takes its cluster over, and not before', async () => {
    const { ports, deliver, told, clusterId } = await underWay()
    await deliver()
    expect(await told()).toContainEqual([1, 'launchKafka', 'Running'])
    await acceptDelete(ports, requester, clusterId, () => undefined)
    await deliver()
    expect(await told()).toEqual([
      [1, 'ensureVolume', 'Succeeded'],
      [1, 'launchKafka', 'Abandoned'],
    ])
  })

  it('is abandoned when its attempt is given up, and the same one of the next attempt goes on, however often that is delivered', async () => {
    const { ports, begin, deliver, told, tenantId, operationId } = await underWay()
    const stuck = (await loadOperation(ports.store, tenantId, operationId)).record
    await renewOperation(ports, stuck, { code: 'INTERNAL', detail: 'nothing was heard' })
    await begin(2, 'launchKafka')
    for (let count = 0; count < 2; count++) await deliver()
    expect(await told()).toEqual([
      [1, 'ensureVolume', 'Succeeded'],
      [1, 'launchKafka', 'Abandoned'],
      [2, 'launchKafka', 'Running'],
    ])
  })
})
