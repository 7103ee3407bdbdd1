import { DomainError } from '../../shared/errors/domain-error.ts'
import { mayStart } from '../../shared/lifecycle/transitions.ts'
import type { ClusterRecord } from '../../shared/records/cluster.ts'
import { lastDue } from '../../shared/schedule/due.ts'
import { acceptPower } from '../../shared/state/accept-power.ts'
import { changeCluster } from '../../shared/state/change-cluster.ts'
import { loadPlanFacts } from '../../shared/state/plan-facts.ts'
import type { Duty } from './maintain.ts'

/** Who orders what a schedule says. */
export const SCHEDULE = 'weir:schedule'

/** What is so because something else has happened since the cluster was read. */
const PASSING: ReadonlySet<string> = new Set(['PRECONDITION_FAILED', 'OPERATION_IN_PROGRESS', 'STATUS_NOT_ALLOWED'])

type Followed = NonNullable<ClusterRecord['scheduleFollowed']>

/**
 * Stops and starts clusters as their schedules say. What falls due while an operation runs waits for its end, and what is so
 * already, or cannot be, is passed over: a cluster that somebody has started by hand runs until its next stop. A schedule counts
 * from the moment on at which it is first seen.
 */
export const keepSchedule: Duty = {
  name: 'keepSchedule',
  look: async (ports, cluster, now) => {
    const { tenantId, clusterId, status, health, activeOperationId, scheduleFollowed: before, spec } = cluster
    if (spec.schedule === undefined || status === 'Deleting' || status === 'Deleted') return undefined
    const of = `${spec.schedule.stop}, ${spec.schedule.start}`
    const note = (until: number) =>
      changeCluster(ports, { tenantId, clusterId }, (draft) => {
        if (isSame(draft.cluster(), before)) draft.setCluster({ scheduleFollowed: followed(of, until) })
      })
    if (before?.of !== of) {
      await note(now)
      return undefined
    }
    const due = lastDue(spec.schedule, now)
    if (!due || due.at <= Date.parse(before.until) || activeOperationId !== undefined) return undefined
    if (!mayStart(due.type, status, health)) {
      await note(due.at)
      return undefined
    }
    const requester = { tenantId, requestedBy: SCHEDULE, requestId: ports.ids.next('request') }
    const facts = await loadPlanFacts(ports, tenantId, clusterId)
    try {
      const { operationId } = await acceptPower(ports, requester, clusterId, {
        type: due.type,
        facts,
        // Another run may have done it since, or the schedule may be another one.
        check: (current) => {
          if (!isSame(current, before))
            throw new DomainError('PRECONDITION_FAILED', 'The schedule was followed meanwhile.')
        },
        also: (draft) => draft.setCluster({ scheduleFollowed: followed(of, due.at) }),
      })
      ports.log.info('a schedule was followed', { tenantId, clusterId, operationId, type: due.type })
    } catch (thrown) {
      // Somebody was faster: the next look sees what is so then.
      if (!(thrown instanceof DomainError && PASSING.has(thrown.code))) throw thrown
    }
    return undefined
  },
}

const followed = (of: string, until: number): Followed => ({ of, until: new Date(until).toISOString() })

const isSame = ({ scheduleFollowed: now }: ClusterRecord, before: Followed | undefined): boolean =>
  now?.of === before?.of && now?.until === before?.until
