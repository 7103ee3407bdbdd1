import { z } from 'zod'
import { DesiredHost } from '../../shared/host-protocol/desired.ts'
import {
  AttachAnswer,
  type AttachRequest,
  CertificateAnswer,
  type CertificateRequest,
  ReportAnswer,
} from '../../shared/host-protocol/messages.ts'
import type { HostReport } from '../../shared/host-protocol/report.ts'
import type { Credentials } from './credentials.ts'
import { CallRefusedError, ControlPlaneUnreachableError, StaleGenerationError } from './errors.ts'

/** The control plane as a host sees it. Every call may fail with any error of `errors.ts`. */
export interface HostApi {
  attach(request: AttachRequest): Promise<AttachAnswer>
  /** The desired state when its revision differs from `after`, or undefined when it did not change in `waitSeconds`. */
  desired(
    query: { readonly generation: number; readonly after: number; readonly waitSeconds: number },
    signal: AbortSignal,
  ): Promise<DesiredHost | undefined>
  report(report: HostReport): Promise<ReportAnswer>
  certificate(request: CertificateRequest): Promise<CertificateAnswer>
}

// How long a call may take beyond the time it was asked to wait.
const callTimeoutMilliseconds = 15_000

const Problem = z.object({ code: z.string(), detail: z.string().optional() })

/** What API Gateway says itself when it lets a call not through, in one of two spellings. */
const GatewayAnswer = z.union([
  z.object({ message: z.string() }),
  z.object({ Message: z.string() }).transform(({ Message }) => ({ message: Message })),
])

/** The control plane over HTTP. Where it is, is asked before every call, because it may move while the host lives. */
export function createHostApi(controlPlaneUrl: () => Promise<string>, credentials: Credentials): HostApi {
  async function call<S extends z.ZodType>(
    schema: S,
    method: string,
    path: string,
    content?: object,
    { waitSeconds = 0, signal = new AbortController().signal } = {},
  ): Promise<z.output<S> | undefined> {
    const body = content === undefined ? undefined : JSON.stringify(content)
    const limit = AbortSignal.timeout(waitSeconds * 1000 + callTimeoutMilliseconds)
    try {
      const url = new URL(`${(await controlPlaneUrl()).replace(/\/$/u, '')}/host/v1/${path}`)
      const response = await fetch(url, {
        method,
        headers: {
          ...(await credentials.headersFor({ method, url, body })),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        ...(body === undefined ? {} : { body }),
        signal: AbortSignal.any([signal, limit]),
      })
      const text = await response.text()
      if (response.status === 304) return undefined
      if (!response.ok) throw refusal(response.status, text)
      return schema.parse(JSON.parse(text))
    } catch (error) {
      if (error instanceof StaleGenerationError || error instanceof CallRefusedError) throw error
      throw new ControlPlaneUnreachableError(`${method} ${path.split('?')[0]}: ${reason(error)}`, { cause: error })
    }
  }

  const mustAnswer = <T>(answer: T | undefined): T => {
    if (answer === undefined) throw new ControlPlaneUnreachableError('the control plane answered nothing')
    return answer
  }

  return {
    attach: async (request) => mustAnswer(await call(AttachAnswer, 'POST', 'attach', request)),
    desired: ({ generation, after, waitSeconds }, signal) =>
      call(DesiredHost, 'GET', `desired?generation=${generation}&after=${after}&wait=${waitSeconds}`, undefined, {
        waitSeconds,
        signal,
      }),
    report: async (report) => mustAnswer(await call(ReportAnswer, 'POST', 'report', report)),
    certificate: async (request) => mustAnswer(await call(CertificateAnswer, 'POST', 'certificates', request)),
  }
}

// Refusals of the content of a call. A 401, 403 or 404 may come from a control plane that is being set up or restored.
const refusals = new Set([400, 413, 415, 422])

function refusal(status: number, text: string): Error {
  const answer = parse(text)
  const problem = Problem.safeParse(answer).data
  // Further lines repeat what was signed, with the token of the session.
  const [gatewayWords = ''] = GatewayAnswer.safeParse(answer).data?.message.split('\n') ?? []
  const words = `${status} ${problem === undefined ? gatewayWords : `${problem.code} ${problem.detail ?? ''}`}`.trim()
  if (status === 409 && problem?.code === 'STALE_GENERATION') return new StaleGenerationError(words)
  return refusals.has(status) ? new CallRefusedError(words) : new Error(words)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Fetch hides why it failed in the cause. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
