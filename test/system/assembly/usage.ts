import { writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { type OperationUsage, OperationUsageFile } from '../../../infra/costs/operation-usage.ts'
import type { HistoryEvent } from '../../../local/asl/history.ts'
import type { Operation } from '../../../shared/contract/operation.ts'
import { type Counts, since } from './meter.ts'
import type { RunningAssembly } from './run-assembly.ts'

/** What one operation took, and all that was counted. */
export interface MeasuredOperation {
  readonly operation: Operation
  readonly usage: OperationUsage
  readonly counts: Counts
}

/** What follows from an operation, such as its last events, is over when nothing has been counted for so long. */
const QUIET_MILLISECONDS = 1000

/** Measures what is used from the order of an operation to the end of all that follows from it. */
export async function measured(
  { meter, machines }: Pick<RunningAssembly, 'meter' | 'machines'>,
  nodes: number,
  carryOut: () => Promise<Operation>,
): Promise<MeasuredOperation> {
  const before = meter.counts()
  const operation = await carryOut()
  const { id, type } = operation
  const counts = since(before, await settled(meter.counts))
  const history = machines.engine.history(`${id}-1`)
  const of = (name: string) => counts.get(name) ?? 0
  return {
    operation,
    counts,
    usage: {
      operation: type,
      nodes,
      tenantApiRequests: of('tenantApiRequests'),
      hostApiRequests: of('hostApiRequests'),
      stateTransitions: transitionsOf(history),
      historyEvents: history.length,
      lambdaRequests: of('lambdaRequests'),
      lambdaMebibyteMilliseconds: of('lambdaMebibyteMilliseconds'),
      dynamodbReadHalfUnits: of('dynamodbReadHalfUnits'),
      dynamodbWriteUnits: of('dynamodbWriteUnits'),
      eventsPublished: of('eventsPublished'),
      kmsSignatures: of('kmsSignatures'),
    },
  }
}

async function settled(counts: () => Counts): Promise<Counts> {
  for (let last = counts(); ; ) {
    await sleep(QUIET_MILLISECONDS)
    const now = counts()
    if (since(last, now).size === 0) return now
    last = now
  }
}

/** What Step Functions bills of a Standard workflow: every state that is entered, and every retry. */
export function transitionsOf(history: readonly HistoryEvent[]): number {
  const entered = history.filter(({ type }) => type.endsWith('StateEntered')).length
  const tasks = history.filter(({ type }) => type === 'TaskStateEntered').length
  const scheduled = history.filter(({ type }) => type === 'TaskScheduled').length
  return entered + scheduled - tasks
}

/** Writes the figures where the costs are computed from, if somebody named a file. */
export function writeUsage(measurements: readonly MeasuredOperation[], file: string | undefined): void {
  if (file === undefined) return
  const content = OperationUsageFile.parse({
    measuredOn: new Date().toISOString().slice(0, 10),
    measuredBy: 'WEIR_USAGE_FILE=… vitest run --project system test/system/assembly-runs.test.ts',
    operations: measurements.map(({ usage }) => usage),
  })
  writeFileSync(file, `${JSON.stringify(content, undefined, 2)}\n`)
}

/** Requests and transitions. Times differ from one machine to another, and with them how often something is read that is waited for. */
const COMPARED = [
  'tenantApiRequests',
  'hostApiRequests',
  'stateTransitions',
  'historyEvents',
  'lambdaRequests',
  'dynamodbWriteUnits',
  'eventsPublished',
  'kmsSignatures',
] as const satisfies readonly (keyof OperationUsage)[]

/** A wait that takes longer on a busy machine is asked for more often. */
const TOLERATED = 4 / 3

/** Which counts are more than a third above those that are checked in. */
export function excesses(measurements: readonly MeasuredOperation[], known: OperationUsageFile): readonly string[] {
  return measurements.flatMap(({ usage }) => {
    const row = known.operations.find(({ operation, nodes }) => operation === usage.operation && nodes === usage.nodes)
    if (!row) return [`${usage.operation} of ${usage.nodes} nodes has no checked-in figures`]
    return COMPARED.flatMap((name) =>
      usage[name] > Math.max(row[name] * TOLERATED, row[name] + 2)
        ? [`${usage.operation}: ${name} is ${usage[name]}, and ${row[name]} is checked in`]
        : [],
    )
  })
}
