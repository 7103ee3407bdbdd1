import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { instanceCredentials } from '../../../agent/instance/instance-credentials.ts'
import {
  type InstanceMetadataServer,
  type SessionKeys,
  startInstanceMetadata,
} from '../../emulator/instance-metadata.ts'

const HOUR = 3_600_000

const keysUntil = (expiration: number, accessKeyId: string): SessionKeys => ({
  accessKeyId,
  secretAccessKey: 'secret',
  sessionToken: `session of ${accessKeyId}`,
  expiration: new Date(expiration),
})

let server: InstanceMetadataServer
let now: number

const give = (keys: SessionKeys): void => {
  server.facts.role = { name: 'weir-test-host', keys }
}

beforeEach(async () => {
  now = Date.now()
  server = await startInstanceMetadata(
    { instanceId: 'i-0123456789abcdef0', tags: new Map() },
    { address: '127.61.0.2' },
  )
  vi.stubEnv('AWS_EC2_METADATA_SERVICE_ENDPOINT', server.endpoint)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await server.stop()
})

it('gives the keys of the role, and asks for them once while they hold', async () => {
  give(keysUntil(now + 6 * HOUR, 'first'))
  const credentials = instanceCredentials(() => now)
  expect(await credentials()).toMatchObject({ accessKeyId: 'first', sessionToken: 'session of first' })
  give(keysUntil(now + 7 * HOUR, 'second'))
  expect(await credentials()).toMatchObject({ accessKeyId: 'first' })
  expect(server.calls.filter((call) => call.startsWith('PUT'))).toHaveLength(1)
})

it('takes the next keys before the ones it has end', async () => {
  give(keysUntil(now + HOUR, 'first'))
  const credentials = instanceCredentials(() => now)
  await credentials()
  give(keysUntil(now + 7 * HOUR, 'second'))
  now += HOUR - 4 * 60_000
  expect(await credentials()).toMatchObject({ accessKeyId: 'second' })
})

it('serves on with the keys it has while nobody gives it new ones', async () => {
  give(keysUntil(now + HOUR, 'first'))
  const credentials = instanceCredentials(() => now)
  await credentials()
  delete server.facts.role
  now += 2 * HOUR
  expect(await credentials()).toMatchObject({ accessKeyId: 'first' })
  give(keysUntil(now + 6 * HOUR, 'second'))
  expect(await credentials()).toMatchObject({ accessKeyId: 'second' })
})

it('says that the machine has none, and finds them once it has', async () => {
  const credentials = instanceCredentials(() => now)
  await expect(credentials()).rejects.toThrow(/^this machine has no credentials of its role: /u)
  give(keysUntil(now + HOUR, 'first'))
  expect(await credentials()).toMatchObject({ accessKeyId: 'first' })
})
