import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sweepOperation } from '../../../functions/jobs/sweep-operation.ts'
import { isOffered, lifecycleOf, type OfferedOperation, OPERATION_TYPES } from '../../../shared/lifecycle/lifecycle.ts'
import type { ExecutionState } from '../../../shared/ports/workflows.ts'
import { changeCluster } from '../../../shared/state/change-cluster.ts'
import { loadCluster, loadOperation } from '../../../shared/state/load.ts'
import { recordStep } from '../../../shared/state/step-record.ts'
import { STEP_NAMES } from '../../../workflows/steps/steps.ts'
import { idleWorkflows } from '../../api/host-fixtures.ts'
import { accepted, stateFixture } from '../../shared/state/state-fixture.ts'

const MINUTE = 60_000

/** Longer than three attempts of any operation may be without progress, with the pauses of a sweep that runs once a minute. */
const LONG_MINUTES = 3 * 60

/** Statuses in which something is promised that must go on, end or fail; a delete that failed is ordered again instead. */
const promisesProgress = (status: string, type: OfferedOperation) =>
  !['Active', 'Stopped', 'Deleted', 'Error'].includes(status) && !(type === 'deleteCluster' && status === 'Deleting')

const stages = OPERATION_TYPES.filter(isOffered).flatMap((type) => {
  const { path, broker } = lifecycleOf(type)
  return path.flatMap((cluster) => broker.path.map((node) => ({ type, cluster, node })))
})

/** An operation stuck in a stage, with steps of every kind left open, whose execution does nothing any more. */
async function stuck(stage: (typeof stages)[number], execution: ExecutionState, open: readonly string[]) {
  const fixture = stateFixture()
  const target = await accepted(fixture)
  const { tenantId, clusterId, operationId } = target
  const { type } = stage
  await changeCluster(fixture, target, (draft) => {
    const deadlineAt = new Date(fixture.clock.now() + 10_000 * MINUTE).toISOString()
    draft.replaceOperation({ ...draft.operation(), type, state: 'Running', startedAt: draft.now, deadlineAt })
  })
  await changeCluster(fixture, target, (draft) => {
    draft.replaceCluster({ ...draft.cluster(), status: stage.cluster })
    for (const { nodeId } of draft.brokers()) draft.setBroker(nodeId, Object({ status: stage.node }))
  })
  for (const name of open)
    await recordStep(fixture, { tenantId, operationId, attempt: 1, name, nodeId: 1 }, { state: 'Waiting' }, true)
  const log = { info: () => {}, warn: () => {}, error: () => {} }
  const ports = { ...fixture, log, workflows: { ...idleWorkflows(), describe: async () => execution } }
  const sweep = async () => sweepOperation(ports, (await loadCluster(fixture.store, tenantId, clusterId)).record)
  return { fixture, target, sweep }
}

describe('nothing stays in between for ever', () => {
  it.each(stages)('when $type hangs with the cluster $cluster and its brokers $node', async (stage) => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom<ExecutionState>('Running', 'Ended'),
        fc.subarray([...STEP_NAMES], { maxLength: 4 }),
        async (execution, open) => {
          const { fixture, target, sweep } = await stuck(stage, execution, open)
          const { tenantId, clusterId, operationId } = target
          for (let minute = 0; minute < LONG_MINUTES; minute++) {
            await fixture.clock.advance(MINUTE)
            await sweep()
          }
          const operation = (await loadOperation(fixture.store, tenantId, operationId)).record
          expect(operation).toMatchObject({ state: 'Failed', attempt: 3, renewals: 2 })
          expect(operation.earlier?.map(({ state }) => state)).toEqual(['GivenUp', 'GivenUp'])
          const cluster = (await loadCluster(fixture.store, tenantId, clusterId)).record
          expect(promisesProgress(cluster.status, stage.type), cluster.status).toBe(false)
          fixture.store.close()
        },
      ),
      { numRuns: 5 },
    )
  })
})
