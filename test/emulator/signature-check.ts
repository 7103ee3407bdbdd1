import { spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { z } from 'zod'
import { pythonEnvironment } from './python-environment.ts'

/** A call as it came in. Header names are in lower case. */
export interface SignedCall {
  readonly method: string
  readonly url: string
  readonly headers: Readonly<Record<string, string | undefined>>
  readonly body: string
}

/** Judges signatures by botocore, AWS's own library for Python, which shares no code with the signer of the agent. */
export interface SignatureCheck {
  /** Why API Gateway or S3 would refuse the call, or undefined where it is signed by these keys. */
  refusal(
    call: SignedCall,
    keys: { readonly secretAccessKey: string; readonly sessionToken: string },
  ): Promise<string | undefined>
  stop(): Promise<void>
}

const PROGRAM = `
import json, sys
from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
for line in sys.stdin:
    call = json.loads(line)
    kind = S3SigV4Auth if call['service'] == 's3' else SigV4Auth
    keys = Credentials(call['accessKeyId'], call['secretAccessKey'], call['sessionToken'])
    auth = kind(keys, call['service'], call['region'])
    request = AWSRequest(method=call['method'], url=call['url'], headers=call['headers'], data=call['body'].encode())
    request.context['timestamp'] = call['headers']['x-amz-date']
    text = auth.string_to_sign(request, auth.canonical_request(request))
    print(auth.signature(text, request), flush=True)
`

/** `AWS4-HMAC-SHA256 Credential=<key>/<day>/<region>/<service>/aws4_request, SignedHeaders=…, Signature=…` */
const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/u

/** AWS takes a signature for so long, in milliseconds. */
const SKEW_MILLISECONDS = 5 * 60_000

/** Starts the judge; it ends with its standard input, so it never outlives the tests. */
export async function startSignatureCheck(): Promise<SignatureCheck> {
  const programs = await pythonEnvironment('moto')
  const child = spawn(join(programs, 'python'), ['-c', PROGRAM], { stdio: ['pipe', 'pipe', 'inherit'] })
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
  const exit = once(child, 'exit')
  let turn: Promise<unknown> = Promise.resolve()

  const expected = (question: object): Promise<string> => {
    const answer = turn.then(async () => {
      child.stdin.write(`${JSON.stringify(question)}\n`)
      return z.string().parse((await answers.next()).value)
    })
    turn = answer.catch(() => undefined)
    return answer
  }

  return {
    async refusal({ method, url, headers, body }, { secretAccessKey, sessionToken }) {
      const [, accessKeyId, day, region, service, names, signature] =
        AUTHORIZATION.exec(headers.authorization ?? '') ?? []
      if (signature === undefined) return 'it bears no signature'
      const date = headers['x-amz-date'] ?? ''
      const at = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/u, '$1-$2-$3T$4:$5:$6Z'))
      if (!(Math.abs(Date.now() - at) < SKEW_MILLISECONDS) || !date.startsWith(`${day}T`)) return `it is of ${date}`
      if (headers['x-amz-security-token'] !== sessionToken) return 'its session is another'
      const signed = (names ?? '').split(';')
      for (const name of ['host', 'x-amz-date', 'x-amz-security-token']) {
        if (!signed.includes(name)) return `its signature does not cover ${name}`
      }
      const digest = createHash('sha256').update(body).digest('hex')
      if ((headers['x-amz-content-sha256'] ?? digest) !== digest) return 'its body is another'
      const covered = Object.fromEntries(signed.map((name) => [name, headers[name] ?? '']))
      const question = {
        method,
        url,
        headers: covered,
        body,
        region,
        service,
        accessKeyId,
        secretAccessKey,
        sessionToken,
      }
      return (await expected(question)) === signature ? undefined : 'its signature does not fit'
    },
    async stop() {
      child.stdin.end()
      await exit
    },
  }
}
