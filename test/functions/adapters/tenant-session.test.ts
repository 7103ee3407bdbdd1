import { STSClient } from '@aws-sdk/client-sts'
import { describe, expect, it } from 'vitest'
import { tenantSession } from '../../../functions/adapters/tenant-session.ts'
import { createVirtualClock } from '../../../local/virtual-clock.ts'
import { startStsServer } from './sts-server.ts'

const MINUTE = 60_000
const ROLE = 'arn:aws:iam::123456789012:role/weir-test-tenant-write'

async function scene({ tenantId = 'acme', refuse }: { tenantId?: string; refuse?: () => boolean } = {}) {
  const clock = createVirtualClock(Date.UTC(2026, 10, 22, 5))
  const sts = await startStsServer({ now: clock.now, ...(refuse && { refuse }) })
  const client = new STSClient({
    endpoint: sts.endpoint,
    region: 'eu-central-1',
    credentials: { accessKeyId: 'function', secretAccessKey: 'secret' },
    maxAttempts: 1,
  })
  return { clock, sts, session: tenantSession({ client, roleArn: ROLE, tenantId, clock }) }
}

describe('the session of a tenant', () => {
  it('is one of the role, tagged with the tenant and with nothing else, for the longest that a function may have one', async () => {
    const { sts, session } = await scene()
    const credentials = await session()
    expect(sts.sessions).toEqual([
      {
        accessKeyId: credentials.accessKeyId,
        secretAccessKey: credentials.secretAccessKey,
        sessionToken: credentials.sessionToken,
        roleArn: ROLE,
        sessionName: '@acme',
        tags: { tenantId: 'acme' },
        transitiveTagKeys: ['tenantId'],
        durationSeconds: 3600,
      },
    ])
  })

  it('is used again until shortly before it ends, and then there is another', async () => {
    const { clock, sts, session } = await scene()
    const first = await session()
    await clock.advance(54 * MINUTE)
    expect(await session()).toBe(first)
    await clock.advance(2 * MINUTE)
    const second = await session()
    expect(second.accessKeyId).not.toBe(first.accessKeyId)
    expect(second.expiration.getTime()).toBe(clock.now() + 60 * MINUTE)
    expect(sts.sessions).toHaveLength(2)
  })

  it('is made once for all who ask at the same time', async () => {
    const { sts, session } = await scene()
    const all = await Promise.all([session(), session(), session()])
    expect(new Set(all).size).toBe(1)
    expect(sts.sessions).toHaveLength(1)
  })

  it('that could not be made is tried again by the next who asks', async () => {
    let refusals = 1
    const { session } = await scene({ refuse: () => refusals-- > 0 })
    await expect(session()).rejects.toThrow(/AccessDenied|not authorized/)
    await expect(session()).resolves.toMatchObject({ sessionToken: expect.any(String) })
  })

  it.each(['a', 'a'.repeat(63)])('has a name that the service takes for the tenant %s', async (tenantId) => {
    const { sts, session } = await scene({ tenantId })
    await session()
    expect(sts.sessions[0]?.tags).toEqual({ tenantId })
  })

  it.each(['', '*', 'ac?e', 'acme#CLUSTERS', 'Acme', 'acme/x', '~fleet'])(
    'is not made for what cannot be a tenant: %j',
    (tenantId) => {
      const clock = createVirtualClock(0)
      expect(() => tenantSession({ roleArn: ROLE, tenantId, clock })).toThrow(RangeError)
    },
  )
})
