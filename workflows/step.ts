import { z } from 'zod'
import type { Needed, PortName } from '../shared/ports/ports.ts'
import type { Json } from '../shared/ports/store.ts'
import type { StepRecord } from '../shared/records/operation.ts'

/** What every step is called with; ids only, so that no execution ever carries state or a secret. */
export const StepInput = z.object({
  tenantId: z.string(),
  clusterId: z.string(),
  operationId: z.string(),
  attempt: z.int(),
  /** The broker or controller that the step is about, inside a Map over the nodes. */
  nodeId: z.int().optional(),
  /** Present where the workflow parks on a host. */
  taskToken: z.string().optional(),
})
export type StepInput = z.output<typeof StepInput>

/** The ports that running and recording any step takes. */
export const BASE_NEEDS = ['store', 'clock', 'ids', 'log'] as const satisfies readonly PortName[]
export type BasePort = (typeof BASE_NEEDS)[number]

/** Takes down evidence, which is written with the end of the call. */
export type Tell = (evidence: Pick<StepRecord, 'isrBefore' | 'isrAfter'>) => void

/**
 * One thing that a workflow makes true. It is idempotent: it looks before it acts, so that it may be called again after
 * a crash, a lost reply or by a second execution. What it returns is for one Choice or one Map and never a secret.
 */
export interface Step<N extends PortName = PortName> {
  /** The ports besides the base ones: its type, and the grant of the function it runs in. */
  readonly needs: readonly N[]
  /** How long one call may take; the function's timeout and the Task's. */
  readonly timeoutSeconds: number
  /** The step leaves a task token with the host; the workflow goes on when the host has reached the condition. */
  readonly parks?: true
  readonly run: (input: StepInput, ports: Needed<N | BasePort>, tell?: Tell) => Promise<Json>
}

/** Types a step so that its ports are exactly those it declares. */
export function defineStep<const N extends PortName>(step: Step<N>): Step<N> {
  return step
}

/** The node that a step inside a Map is about. */
export function nodeOf(input: StepInput): number {
  if (input.nodeId === undefined) throw new TypeError('this step runs inside a Map over the nodes')
  return input.nodeId
}
