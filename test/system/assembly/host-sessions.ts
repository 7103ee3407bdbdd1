import { randomUUID } from 'node:crypto'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { SessionKeys } from '../../emulator/instance-metadata.ts'
import { type SignedCall, signatureFault, signatureOf } from '../../emulator/sigv4.ts'
import { arns } from './authorization/ec2-things.ts'
import type { Place } from './authorization/service-call.ts'
import type { IamSession } from './gateway.ts'
import type { Caller, Identities } from './identities.ts'
import type { Permissions } from './permissions.ts'

/** Far beyond a run; that sessions end and are renewed is tested where the agent is. */
const SESSION_MILLISECONDS = 6 * 3_600_000

interface IamParts {
  readonly account: string
  readonly identities: Identities
  readonly permissions: Permissions
  readonly onRefusal: (refusal: Error) => void
}

/** Gives a machine a session of its role, as EC2 does: its name is the id of the machine. */
export function hostSession(
  identities: Identities,
  { roleName, vpcId, place }: { readonly roleName: string; readonly vpcId: string; readonly place: Place },
  instanceId: string,
): SessionKeys {
  const keys = {
    accessKeyId: `ASIA${randomUUID().replaceAll('-', '').slice(0, 16).toUpperCase()}`,
    secretAccessKey: randomUUID(),
    sessionToken: randomUUID(),
  }
  const inside = { vpcId, instanceArn: arns(place).instance(instanceId) }
  const caller = { name: `host ${instanceId}`, roleName, sessionName: instanceId, inside }
  identities.add(keys.accessKeyId, { caller, ...keys })
  return { ...keys, expiration: new Date(Date.now() + SESSION_MILLISECONDS) }
}

/** Lets the holder of a session call an API that is signed with IAM, as far as its role and the API's own policy allow. */
export function iamSessions({ account, identities, permissions, onRefusal }: IamParts): IamSession {
  return ({ event, methodArn, stage, api }) => {
    const signer = signerOf(identities, event, stage)
    if ('fault' in signer) {
      onRefusal(new Error(`${event.httpMethod} ${event.path} is not taken: ${signer.fault}`))
      return undefined
    }
    const { name, roleName, sessionName } = signer.caller
    const verdict = permissions(signer.caller, {
      action: 'execute-api:Invoke',
      resource: methodArn,
      api,
      through: 'execute-api',
    })
    if (!verdict.allowed) {
      onRefusal(new Error(`${name} may not execute-api:Invoke on ${methodArn}: ${verdict.because}`))
      return undefined
    }
    return { userArn: `arn:aws:sts::${account}:assumed-role/${roleName}/${sessionName}` }
  }
}

/** Whose call it is by its signature, or why it is nobody's; `stage` stands before the path of the event on the wire. */
function signerOf(
  identities: Identities,
  event: APIGatewayProxyEvent,
  stage: string,
): { readonly caller: Caller } | { readonly fault: string } {
  const call = signedCall(event, stage)
  const signature = signatureOf(call)
  const identity = signature && identities.find(signature.accessKeyId)
  if (!identity) return { fault: 'nobody has this key' }
  if (signature.service !== 'execute-api') return { fault: `it is signed for ${signature.service}` }
  if (event.headers['x-amz-security-token'] !== identity.sessionToken) return { fault: 'its session is another' }
  const fault = signatureFault(call, identity.secretAccessKey, Date.now())
  return fault === undefined ? { caller: identity.caller } : { fault }
}

/** The request line and the headers as they were before API Gateway took them apart. */
function signedCall(event: APIGatewayProxyEvent, stage: string): SignedCall {
  const pairs = Object.entries(event.multiValueQueryStringParameters ?? {}).flatMap(([name, values = []]) =>
    values.map((value) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`),
  )
  const headers = Object.entries(event.multiValueHeaders).flatMap(([name, values = []]) =>
    values.map((value) => [name, value] as const),
  )
  return {
    method: event.httpMethod,
    target: `/${stage}${event.path}${pairs.length > 0 ? '?' : ''}${pairs.join('&')}`,
    headers,
    body: event.body ?? '',
  }
}
