import { randomBytes, randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { text } from 'node:stream/consumers'
import { onTestFinished } from 'vitest'
import { z } from 'zod'

/** A session that the service gave out. */
export interface StsSession {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken: string
  readonly roleArn: string
  readonly sessionName: string
  readonly tags: Readonly<Record<string, string>>
  readonly transitiveTagKeys: readonly string[]
  readonly durationSeconds: number
}

/** What the service answers a call with. */
export interface StsAnswer {
  readonly status: number
  readonly body: string
  readonly session?: StsSession
}

/** What the service's own rules ask of a call; those on texts are the ones of its reference. */
const Call = z.object({
  Action: z.literal('AssumeRole'),
  RoleArn: z.string().regex(/^arn:aws:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
  DurationSeconds: z.coerce.number().min(900).max(3600).default(3600),
})
const TAG = /^[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u

/** Answers one call of AssumeRole in the query protocol, as strictly as the service. */
export function answerAssumeRole(body: string, now: number): StsAnswer {
  const form = new URLSearchParams(body)
  const parsed = Call.safeParse(Object.fromEntries(form))
  if (!parsed.success) return refusal(400, 'ValidationError', z.prettifyError(parsed.error))
  const members = (name: string, part = '') =>
    [...form].flatMap(([key, value]) => (new RegExp(`^${name}\\.member\\.\\d+${part}$`).test(key) ? [value] : []))
  const keys = members('Tags', '\\.Key')
  const values = members('Tags', '\\.Value')
  if (![...keys, ...values].every((part) => TAG.test(part)))
    return refusal(400, 'ValidationError', 'a tag holds a character that none may hold')
  const { RoleArn: roleArn, RoleSessionName: sessionName, DurationSeconds: durationSeconds } = parsed.data
  const session: StsSession = {
    accessKeyId: `ASIA${randomBytes(8).toString('hex').toUpperCase()}`,
    secretAccessKey: randomUUID(),
    sessionToken: randomUUID(),
    roleArn,
    sessionName,
    tags: Object.fromEntries(keys.map((key, index) => [key, values[index] ?? ''])),
    transitiveTagKeys: members('TransitiveTagKeys'),
    durationSeconds,
  }
  const expiration = new Date(now + durationSeconds * 1000).toISOString()
  const { accessKeyId, secretAccessKey, sessionToken } = session
  const credentials = `<AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey><SessionToken>${sessionToken}</SessionToken><Expiration>${expiration}</Expiration>`
  const result = `<AssumeRoleResult><Credentials>${credentials}</Credentials></AssumeRoleResult>`
  return {
    status: 200,
    body: `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">${result}</AssumeRoleResponse>`,
    session,
  }
}

const refusal = (status: number, code: string, message: string): StsAnswer => ({
  status,
  body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error></ErrorResponse>`,
})

/** The service on a free port, as long as the test runs. */
export async function startStsServer({ now, refuse }: { now: () => number; refuse?: () => boolean }) {
  const sessions: StsSession[] = []
  const http = createServer(async (request, response) => {
    const body = await text(request)
    const answer = refuse?.() ? refusal(403, 'AccessDenied', 'not authorized') : answerAssumeRole(body, now())
    if (answer.session) sessions.push(answer.session)
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(answer.body)
  }).listen(0, '127.64.0.1')
  await once(http, 'listening')
  onTestFinished(() => {
    http.closeAllConnections()
    http.close()
  })
  const bound = http.address()
  if (bound === null || typeof bound === 'string') throw new Error('no port')
  return { endpoint: `http://127.64.0.1:${bound.port}`, sessions }
}
