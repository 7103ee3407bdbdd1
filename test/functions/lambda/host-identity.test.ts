import { describe, expect, it } from 'vitest'
import { identifyInstance } from '../../../functions/lambda/host-identity.ts'
import { proxyEvent } from '../../api/proxy-event.ts'

const ROLE = 'weir-test-eu-central-1-host'
const INSTANCE = 'i-0123456789abcdef0'
const CLUSTER = 'clu_01JD8X3V9QWERTYZ0123456789'
const NODE = `acme/${CLUSTER}/3`

const identify = identifyInstance(ROLE)

async function identified(userArn: string | null, node: string | undefined) {
  const event = proxyEvent(
    'POST',
    '/host/v1/attach',
    { headers: node === undefined ? {} : { 'X-Weir-Node': node } },
    undefined,
  )
  const { requestContext } = event
  return identify({
    ...event,
    requestContext: { ...requestContext, identity: { ...requestContext.identity, userArn } },
  })
}

const session = (role: string, name: string) => `arn:aws:sts::123456789012:assumed-role/${role}/${name}`

describe('the identity of a host on EC2', () => {
  it('is the instance that its session is named after, and the node that it claims to be', async () => {
    expect(await identified(session(ROLE, INSTANCE), NODE)).toEqual({
      tenantId: 'acme',
      clusterId: CLUSTER,
      nodeId: 3,
      instanceId: INSTANCE,
    })
  })

  it.each([
    ['no IAM caller', null],
    ['another role', session('weir-test-eu-central-1-other', INSTANCE)],
    ['a role whose name only begins like ours', session(`${ROLE}-2`, INSTANCE)],
    ['a session that is not named after an instance', session(ROLE, 'alice')],
    ['a user', `arn:aws:iam::123456789012:user/${ROLE}/${INSTANCE}`],
    ['more behind the instance', session(ROLE, `${INSTANCE}/x`)],
  ])('is none for %s', async (_, userArn) => {
    expect(await identified(userArn, NODE)).toBeUndefined()
  })

  it.each([
    undefined,
    '',
    `acme/${CLUSTER}`,
    `acme/${CLUSTER}/-1`,
    `acme/${CLUSTER}/1/2`,
    `ac#me/${CLUSTER}/1`,
    'acme/clu_1#HOST#/1',
  ])('is none where the claimed node is %s', async (node) => {
    expect(await identified(session(ROLE, INSTANCE), node)).toBeUndefined()
  })
})
