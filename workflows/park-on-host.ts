import type { Needed } from '../shared/ports/ports.ts'
import type { HostCondition, HostRecord, HostWait } from '../shared/records/host.ts'
import { keys } from '../shared/records/keys.ts'
import type { StepRecord } from '../shared/records/operation.ts'
import { timestamp } from '../shared/state/change-cluster.ts'
import { loadHost } from '../shared/state/load.ts'
import { settleHost } from '../shared/state/settle-host.ts'
import { closeStep } from '../shared/state/step-record.ts'
import { getRecord } from '../shared/state/stored.ts'
import { type DesiredContent, nextDesired } from './desired-host.ts'
import { attemptBegan, changeOwnedHost } from './ownership.ts'
import { nodeOf, type StepInput } from './step.ts'
import type { StepName } from './steps/steps.ts'

/** What a parked step wants of its host. */
interface HostWish {
  readonly step: StepName
  /** What is waited for, with the wish in force. */
  readonly condition: HostCondition
  /** What the host shall be, decided on the record that the wish is written into; it throws to refuse. */
  readonly content: (host: HostRecord) => DesiredContent
  /** Written beside the wish, so that a step that is repeated finds what it asked for. */
  readonly remember?: (host: HostRecord) => Pick<HostRecord, 'restartedFor' | 'emptyVolume'>
}

/**
 * Writes what the host shall be together with the task token, and looks at once whether the host is there already: the only
 * way in which a workflow parks. A wish that is written already is not written again; the wait is that of the step which began
 * last: a call that comes late, when a later step is parked, has nothing to wish for any more.
 */
export async function parkOnHost(
  ports: Needed<'store' | 'clock' | 'ids' | 'workflows'>,
  input: StepInput,
  { step, condition, content, remember = () => ({}) }: HostWish,
): Promise<void> {
  const { tenantId, clusterId, operationId, attempt, taskToken } = input
  const nodeId = nodeOf(input)
  if (taskToken === undefined) throw new TypeError(`${step} parks and needs a task token`)
  const since = await attemptBegan(ports, input)
  const began = await beganAt(ports, input, step)
  await changeOwnedHost(ports, input, (host) => {
    if (isOfLaterStep(host.wait)) return host
    const desired = nextDesired(host.desired, host.generation, content(host))
    const wait = { taskToken, operationId, attempt, step, began, condition, revision: desired.revision, since }
    return { ...host, ...remember(host), desired, wait }
  })
  await settleHost(ports, tenantId, clusterId, nodeId)

  function isOfLaterStep(wait: HostWait | undefined): boolean {
    const isOfThisAttempt = wait?.operationId === operationId && wait.attempt === attempt
    return isOfThisAttempt && wait.step !== step && (wait.began ?? '') > began
  }
}

/**
 * Ends the record of a step that has left no wait, nor had one that is over: its call came when the node was past that step, and
 * nobody else would ever say that it has ended.
 */
export async function closeUnlessParked(
  ports: Needed<'store' | 'clock' | 'ids'>,
  { tenantId, clusterId, operationId, attempt, nodeId }: StepInput,
  name: StepName,
): Promise<void> {
  const host = nodeId === undefined ? undefined : await loadHost(ports.store, tenantId, clusterId, nodeId)
  const wait = host?.record.wait
  if (wait?.operationId === operationId && wait.attempt === attempt && wait.step === name) return
  await closeStep(ports, { tenantId, operationId, attempt, name, nodeId }, 'Succeeded')
}

/** When the step was called for the first time in this attempt. */
async function beganAt(
  { store, clock }: Needed<'store' | 'clock'>,
  { tenantId, operationId, attempt, nodeId }: StepInput,
  step: StepName,
): Promise<string> {
  const found = await getRecord<StepRecord>(store, keys.step(tenantId, operationId, attempt, step, nodeId))
  return found?.record.startedAt ?? timestamp({ clock })
}
