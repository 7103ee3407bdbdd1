import { z } from 'zod'
import { readTaskToken } from '../../../../local/asl/task-token.ts'
import type { Request } from '../../../emulator/iam/evaluate.ts'
import type { Place, ServiceCall } from './service-call.ts'

type Call = Pick<ServiceCall, 'operation' | 'body'>

const States = z.looseObject({
  stateMachineArn: z.string().optional(),
  executionArn: z.string().optional(),
  taskToken: z.string().optional(),
})

/** The machine is what a start is about; an execution, what is asked of one; and of a token, the machine that gave it out. */
export function statesRequests(
  { operation, body }: Call,
  machineOf: (execution: string) => string | undefined,
): readonly Request[] {
  const { stateMachineArn, executionArn, taskToken = '' } = States.parse(JSON.parse(body))
  const execution = readTaskToken(taskToken)?.execution ?? ''
  const resource = stateMachineArn ?? executionArn ?? machineOf(execution) ?? '*'
  return [{ action: `states:${operation}`, resource, context: {} }]
}

const Entries = z.object({
  Entries: z.array(z.looseObject({ EventBusName: z.string(), Source: z.string(), DetailType: z.string() })),
})

/** One request for each event, on the bus that it goes to. */
export function eventsRequests({ operation, body }: Call, { region, account }: Place): readonly Request[] {
  return Entries.parse(JSON.parse(body)).Entries.map(({ EventBusName: bus, Source, DetailType }) => ({
    action: `events:${operation}`,
    resource: bus.startsWith('arn:') ? bus : `arn:aws:events:${region}:${account}:event-bus/${bus}`,
    context: { 'events:source': Source, 'events:detail-type': DetailType },
  }))
}

const Kms = z.looseObject({
  KeyId: z.string().startsWith('arn:'),
  SigningAlgorithm: z.string().optional(),
  MessageType: z.string().optional(),
})

/** What is asked of a key. */
export function kmsRequests({ operation, body }: Call, { account }: Place): readonly Request[] {
  const { KeyId, SigningAlgorithm, MessageType } = Kms.parse(JSON.parse(body))
  const context = {
    'kms:CallerAccount': account,
    ...(SigningAlgorithm !== undefined && { 'kms:SigningAlgorithm': SigningAlgorithm }),
    ...(MessageType !== undefined && { 'kms:MessageType': MessageType }),
  }
  return [{ action: `kms:${operation}`, resource: KeyId, context }]
}
