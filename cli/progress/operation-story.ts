import type { Operation } from '../../shared/contract/operation.ts'
import { durationText, tookText } from '../duration.ts'
import { syncDetail, syncText } from './sync-text.ts'

type Step = Operation['steps'][number]

/** One attempt with its steps. */
interface Attempt {
  readonly attempt: number
  readonly startedAt?: string | undefined
  readonly endedAt?: string | undefined
  readonly state: string
  readonly error?: Operation['error']
}

/** What happened: attempt by attempt, node by node, each step with its time, what was before and after it, and why. */
export function operationStory(operation: Operation, now: number): string {
  return attemptsOf(operation)
    .map((attempt) => {
      const steps = operation.steps.filter((step) => step.attempt === attempt.attempt)
      return [attemptLine(attempt, now), ...failureLines(attempt), ...groupsOf(steps).flatMap(groupLines)].join('\n')
    })
    .join('\n\n')
}

function attemptsOf({ earlierAttempts, attempt, state, startedAt, finishedAt, pausedAt, error }: Operation): Attempt[] {
  // The time of the start is that of the attempt before until this one begins.
  const begun = state === 'Pending' ? undefined : startedAt
  const last = { attempt, startedAt: begun, endedAt: finishedAt ?? pausedAt, state, ...(error && { error }) }
  return [...earlierAttempts, last]
}

function attemptLine({ attempt, startedAt, endedAt, state }: Attempt, now: number): string {
  if (startedAt === undefined) return `Attempt ${attempt}: ${state}, not begun`
  const until = endedAt === undefined ? now : Date.parse(endedAt)
  const times =
    endedAt === undefined ? `since ${clockTime(startedAt)}` : `${clockTime(startedAt)} to ${clockTime(endedAt)}`
  return `Attempt ${attempt}: ${state}, ${times} (${durationText(until - Date.parse(startedAt))})`
}

function failureLines({ error }: Attempt): string[] {
  if (error === undefined) return []
  const step = error.step === undefined ? '' : ` in ${error.step}`
  const node = error.nodeId === undefined ? '' : ` on node ${error.nodeId}`
  return [indented(2, `${error.code}${step}${node}: ${error.detail}`)]
}

/** The steps about the cluster as a whole, then those about each node in the order in which the nodes were touched. */
function groupsOf(steps: readonly Step[]): readonly (readonly Step[])[] {
  const byNode = Map.groupBy(steps, ({ nodeId }) => nodeId)
  const cluster = byNode.get(undefined)
  byNode.delete(undefined)
  return [...(cluster ? [cluster] : []), ...byNode.values()]
}

function groupLines(steps: readonly Step[]): string[] {
  const width = (cell: (step: Step) => string) => Math.max(...steps.map((step) => cell(step).length))
  const [names, states, times] = [width(({ name }) => name), width(({ state }) => state), width(timeText)]
  return [
    indented(2, groupTitle(steps)),
    ...steps.flatMap((step) => [
      indented(
        4,
        [
          step.name.padEnd(names),
          step.state.padEnd(states),
          timeText(step).padEnd(times),
          [statusText(step), callsText(step)].filter((part) => part !== '').join(', '),
        ]
          .join('  ')
          .trimEnd(),
      ),
      ...evidenceLines(step),
    ]),
  ]
}

function groupTitle(steps: readonly Step[]): string {
  const nodeId = steps[0]?.nodeId
  if (nodeId === undefined) return 'cluster'
  const passed = steps.flatMap(({ statusBefore, statusAfter }) => [statusBefore, statusAfter])
  const statuses = passed.filter(
    (status, index) => status !== undefined && status !== passed.slice(0, index).findLast(isKnown),
  )
  const before = steps.find(({ isrBefore }) => isrBefore)?.isrBefore
  const after = steps.findLast(({ isrAfter }) => isrAfter)?.isrAfter
  const sync = new Set([before, after].flatMap((evidence) => (evidence ? [syncText(evidence)] : [])))
  return [`node ${nodeId}`, statuses.join(' → '), groupTime(steps), [...sync].join(' → ')]
    .filter((part) => part !== '')
    .join(', ')
}

const isKnown = (status: string | undefined) => status !== undefined

function groupTime(steps: readonly Step[]): string {
  const [first] = steps
  const ends = steps.map(({ finishedAt }) => finishedAt)
  if (first === undefined || ends.includes(undefined)) return ''
  return tookText(first.startedAt, ends.toSorted().at(-1)) ?? ''
}

function timeText({ startedAt, finishedAt }: Step): string {
  return `${clockTime(startedAt)} ${tookText(startedAt, finishedAt) ?? '-'}`
}

function statusText({ statusBefore, statusAfter }: Step): string {
  if (statusBefore === statusAfter || statusAfter === undefined) return statusBefore ?? ''
  return `${statusBefore ?? '-'} → ${statusAfter}`
}

const callsText = ({ attempts }: Step) => (attempts > 1 ? `${attempts} calls` : '')

function evidenceLines({ isrBefore, isrAfter, code, reason, state }: Step): string[] {
  const why = state === 'Succeeded' ? 'waited for' : 'reason    '
  return [
    ...(isrBefore ? [indented(8, `ISR before  ${syncDetail(isrBefore)}`)] : []),
    ...(isrAfter ? [indented(8, `ISR after   ${syncDetail(isrAfter)}`)] : []),
    ...(reason === undefined ? [] : [indented(8, `${why}  ${code === undefined ? '' : `${code}: `}${reason}`)]),
  ]
}

const indented = (columns: number, text: string) => text.replaceAll(/^/gm, ' '.repeat(columns))

const clockTime = (at: string) => at.slice(11, 19)
