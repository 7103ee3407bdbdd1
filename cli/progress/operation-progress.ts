import type { Broker } from '../../shared/contract/broker.ts'
import type { Operation } from '../../shared/contract/operation.ts'
import type { MovesProgress } from '../../shared/contract/rebalance.ts'
import { bytesText } from '../bytes-text.ts'
import { durationText } from '../duration.ts'
import { syncText } from './sync-text.ts'

/** One line of a display that is drawn again and again. */
export interface ProgressLine {
  /** Which line this is, whatever it says. */
  readonly key: string
  /** What is worth a new line where nothing can be redrawn. */
  readonly text: string
  /** How long it has been so; it changes all the time and so is shown only where lines are redrawn. */
  readonly elapsed?: string
}

/** An operation and the brokers it works on, as they were seen together. */
export interface Snapshot {
  readonly operation: Operation
  readonly brokers: readonly Broker[]
}

type Step = Operation['steps'][number]

/** What people see of an operation: the whole on the first line, then a line for each broker or controller. */
export function progressLines({ operation, brokers }: Snapshot, now: number): readonly ProgressLine[] {
  return [operationLine(operation, now), ...brokers.map((broker) => brokerLine(operation, broker, now))]
}

function operationLine(operation: Operation, now: number): ProgressLine {
  const { id, type, state, attempt, progress, steps, createdAt, finishedAt } = operation
  const own = newest(steps.filter((step) => step.nodeId === undefined && step.attempt === attempt))
  const count = progressText(progress)
  const works = finishedAt === undefined && state !== 'Paused'
  const step = works && own !== undefined && own.state !== 'Succeeded' ? stepText(own) : undefined
  const again = attempt > 1 ? `attempt ${attempt}` : undefined
  const rests = state === 'Paused' ? `take it up again: weir operations resume ${id}` : undefined
  return {
    key: 'operation',
    text: [`${type} ${state}`, again, count, step, rests]
      .filter((part) => part !== undefined && part !== '')
      .join(', '),
    elapsed: elapsedText(createdAt, finishedAt, now),
  }
}

/** How far an operation is with its nodes, and with the replicas that it moves. */
export function progressText({ brokersDone, brokersTotal, moves }: Operation['progress']): string {
  const nodes = `${brokersDone} of ${brokersTotal} nodes done`
  return [...(brokersTotal > 0 ? [nodes] : []), ...(moves ? [movesText(moves)] : [])].join(', ')
}

function movesText({ partitionsDone, partitionsTotal, bytesDone, bytesTotal, bytesPerSecond }: MovesProgress): string {
  const copied = bytesTotal === 0 ? '' : `, ${bytesText(bytesDone)} of ${bytesText(bytesTotal)} copied`
  const speed = bytesPerSecond === undefined ? '' : `, ${bytesText(bytesPerSecond)}/s`
  return `${partitionsDone} of ${partitionsTotal} partitions moved${copied}${speed}`
}

function brokerLine(operation: Operation, broker: Broker, now: number): ProgressLine {
  const { nodeId, roles, zone, status, statusReason } = broker
  const step = newest(operation.steps.filter((candidate) => candidate.nodeId === nodeId))
  const name = `${roles.includes('broker') ? 'broker' : 'controller'} ${nodeId}`
  const sync = syncOf(operation, nodeId)
  const what = [step && stepText(step), sync && `[${sync}]`].filter((part) => part !== undefined).join(' ')
  return {
    key: `node ${nodeId}`,
    text: `${name.padEnd(14)} ${zone}  ${status.padEnd(9)} ${what}${statusReason === undefined ? '' : ` (${statusReason})`}`.trimEnd(),
    ...(step && { elapsed: elapsedText(step.startedAt, step.finishedAt, now) }),
  }
}

/** What Kafka said last of the node in this attempt, where a step looked. */
function syncOf({ steps, attempt }: Operation, nodeId: number): string | undefined {
  const looked = steps.findLast(
    (step) => step.nodeId === nodeId && step.attempt === attempt && (step.isrAfter ?? step.isrBefore) !== undefined,
  )
  const evidence = looked?.isrAfter ?? looked?.isrBefore
  return evidence && syncText(evidence)
}

function newest(steps: readonly Step[]): Step | undefined {
  return steps.findLast(({ state }) => state === 'Running' || state === 'Waiting') ?? steps.at(-1)
}

function stepText({ name, state, reason }: Step): string {
  if (state === 'Succeeded') return `${name} done`
  if (state === 'Abandoned') return `${name} abandoned`
  if (state === 'Failed') return `${name} failed${reason === undefined ? '' : `: ${reason}`}`
  return reason === undefined ? name : `${name}: ${reason}`
}

function elapsedText(from: string, until: string | undefined, now: number): string {
  return durationText((until === undefined ? now : Date.parse(until)) - Date.parse(from))
}
