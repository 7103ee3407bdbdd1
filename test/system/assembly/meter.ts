import { z } from 'zod'
import { significance } from '../../../agent/report/build-report.ts'
import { HOST_CALLS } from '../../../shared/host-protocol/calls.ts'
import { HostReport } from '../../../shared/host-protocol/report.ts'
import { dynamodbUnits } from '../../emulator/dynamodb-units.ts'
import type { ServiceCall } from './authorization/service-call.ts'
import type { ServiceAnswer } from './refusal.ts'

/** Sums by their names, such as `call dynamodb:GetItem` or `milliseconds steps`. */
export type Counts = ReadonlyMap<string, number>

/** One invocation of a function, once it is over. */
export interface Invocation {
  readonly functionName: string
  readonly memoryMiB: number
  readonly milliseconds: number
  readonly event: unknown
  readonly result: unknown
  /** By the clock and not because of anything that was ordered. */
  readonly scheduled: boolean
}

/**
 * Counts what is used because something was ordered. What is used all the time is left out: schedules, hosts that ask for news
 * and get none or say again what they have said before, and a tenant who asks how things are.
 */
export interface Meter {
  /** A call in the name of a process, which works on one invocation at a time. */
  called(processName: string, call: ServiceCall, answer: ServiceAnswer): void
  printed(processName: string, text: string): void
  invoked(processName: string, invocation: Invocation): void
  counts(): Counts
}

/** Everything is nought at first. */
export function openMeter(): Meter {
  const totals = new Map<string, number>()
  const open = new Map<string, Map<string, number>>()
  const reports = new Map<string, string>()

  const ofProcess = (name: string): Map<string, number> => {
    const found = open.get(name) ?? new Map<string, number>()
    open.set(name, found)
    return found
  }

  return {
    called(processName, call, { body }) {
      const counts = ofProcess(processName)
      add(counts, `call ${call.service}:${call.operation}`)
      if (call.service === 'dynamodb') {
        const { readHalfUnits, writeUnits } = dynamodbUnits(call.operation, call.body, body)
        add(counts, 'dynamodbReadHalfUnits', readHalfUnits)
        add(counts, 'dynamodbWriteUnits', writeUnits)
      }
      if (call.service === 'events') add(counts, 'eventsPublished', Entries.parse(JSON.parse(call.body)).Entries.length)
      if (call.service === 'kms' && call.operation === 'Sign') add(counts, 'kmsSignatures')
    },
    printed(processName, text) {
      const counts = ofProcess(processName)
      add(counts, 'logBytes', Buffer.byteLength(text))
      add(counts, 'logLines', text.split('\n').length - 1)
    },
    invoked(processName, invocation) {
      const counts = ofProcess(processName)
      open.delete(processName)
      if (invocation.scheduled || isStanding(invocation, reports)) return
      const { functionName, memoryMiB, milliseconds } = invocation
      const { data: request } = ApiRequest.safeParse(invocation.event)
      add(totals, 'lambdaRequests')
      add(totals, `invocations ${functionName}`)
      if (request) add(totals, request.path.startsWith('/host/') ? 'hostApiRequests' : 'tenantApiRequests')
      // A host would have waited, and its record been looked at, without the news, too.
      if (request?.path === HOST_CALLS.desired.path) return
      add(totals, 'lambdaMebibyteMilliseconds', Math.ceil(milliseconds) * memoryMiB)
      add(totals, `milliseconds ${functionName}`, Math.ceil(milliseconds))
      for (const [name, value] of counts) add(totals, name, value)
    },
    counts: () => new Map(totals),
  }
}

const Entries = z.object({ Entries: z.array(z.unknown()) })
const ApiRequest = z.looseObject({
  httpMethod: z.string(),
  path: z.string(),
  body: z.string().nullable(),
  requestContext: z.looseObject({ identity: z.looseObject({ userArn: z.string().nullish() }) }),
})
const ApiAnswer = z.looseObject({ statusCode: z.int() })

/** Whether a request would have been made had nothing been ordered. */
function isStanding({ event, result }: Invocation, reports: Map<string, string>): boolean {
  const { data: request } = ApiRequest.safeParse(event)
  if (!request) return false
  const { httpMethod, path, body } = request
  if (path === HOST_CALLS.desired.path) return ApiAnswer.safeParse(result).data?.statusCode === 304
  if (path === HOST_CALLS.report.path) {
    const host = request.requestContext.identity.userArn ?? ''
    const said = significance(HostReport.parse(JSON.parse(body ?? '')))
    const isOld = reports.get(host) === said
    reports.set(host, said)
    return isOld
  }
  return httpMethod === 'GET'
}

function add(counts: Map<string, number>, name: string, value = 1): void {
  counts.set(name, (counts.get(name) ?? 0) + value)
}

/** What has come since. */
export function since(before: Counts, now: Counts): Counts {
  return new Map(
    [...now].flatMap(([name, value]) => {
      const more = value - (before.get(name) ?? 0)
      return more === 0 ? [] : [[name, more] as const]
    }),
  )
}
