import { beforeEach, describe, expect, it, vi } from 'vitest'
import { awsPorts } from '../../../functions/lambda/aws-ports.ts'
import { DomainError } from '../../../shared/errors/domain-error.ts'
import type { PortName } from '../../../shared/ports/ports.ts'
import { FLEET } from '../../infra/fleet-settings.ts'

const settings = (...ports: readonly PortName[]) => ({
  WEIR_FUNCTION: 'testSteps',
  WEIR_PORTS: [...ports],
  WEIR_LOG_LEVEL: 'error' as const,
  WEIR_TABLE: 'weir',
  WEIR_STATE_MACHINE_ARN_PREFIX: 'arn:aws:states:eu-central-1:123456789012:stateMachine:weir-test-',
  WEIR_EVENT_BUS: 'weir',
  WEIR_AUTHORITY_KEY_ARN: 'arn:aws:kms:eu-central-1:123456789012:key/1',
})

beforeEach(() => {
  vi.stubEnv('AWS_REGION', 'eu-central-1')
  return () => vi.unstubAllEnvs()
})

describe('the ports of a deployed function', () => {
  it('fail by name where the function was not given them, before anything is asked of AWS', async () => {
    const ports = await awsPorts(settings('clock'))
    await expect(ports.store.get({ partition: 'T#acme#CLUSTERS', sort: 'clu_1' })).rejects.toThrow(
      new DomainError('NOT_PROVIDED', 'The function testSteps was not given the port store (get)'),
    )
    await expect(ports.workflows.heartbeat('token')).rejects.toMatchObject({ code: 'NOT_PROVIDED' })
  })

  it('work where the function was given them', async () => {
    const ports = await awsPorts(settings('clock', 'ids', 'log', 'store', 'workflows', 'events'))
    expect(ports.ids.next('cluster')).toMatch(/^clu_/)
    expect(Math.abs(ports.clock.now() - Date.now())).toBeLessThan(60_000)
    // The store checks a call before it sends it, so this one shows the adapter and reaches nobody.
    await expect(ports.store.transact([])).rejects.toThrow(RangeError)
    await expect(ports.events.publish([])).resolves.toBeUndefined()
  })

  it('say that there are no hosts where the deployment was not told where they run', async () => {
    const ports = await awsPorts(settings('hosts'))
    const node = { tenantId: 'acme', clusterId: 'clu_1', nodeId: 1 }
    await expect(ports.hosts.removeInstance(node)).rejects.toMatchObject({ code: 'NOT_PROVIDED' })
    await expect(ports.hosts.removeInstance(node)).rejects.toThrow(/its configuration has no fleet/)
  })

  it('have hosts on EC2 where it was told, and authorities that sign with its key', async () => {
    const ports = await awsPorts({
      ...settings('store', 'hosts', 'certificates'),
      WEIR_FLEET: { stage: 'test', ...FLEET },
    })
    // What both refuse before they ask anybody shows the adapters.
    const node = { tenantId: 'acme', clusterId: 'clu_1', nodeId: 1 }
    await expect(ports.hosts.ensureAddress({ ...node, zone: 'az-3' })).rejects.toThrow(/has no subnets in zone az-3/)
    await expect(ports.certificates.signNode(node, ['10.0.0.1'], 'none')).rejects.toMatchObject({
      code: 'INVALID_FIELD',
    })
  })

  it('give clusters names where the deployment has a domain, and none where it has not', async () => {
    const cluster = { tenantId: 'acme', clusterId: 'clu_1' }
    const without = await awsPorts(settings('names'))
    await expect(without.names.ensureNames(cluster, [])).resolves.toBeUndefined()
    await expect(without.names.removeNames(cluster)).resolves.toBeUndefined()
    vi.stubEnv('AWS_ACCESS_KEY_ID', 'test')
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'test')
    vi.stubEnv('AWS_ENDPOINT_URL', 'http://127.68.0.1:1')
    const dns = { hostedZoneId: 'Z0123456789', domain: 'kafka.example.com' }
    const { names } = await awsPorts({ ...settings('names'), WEIR_DNS: dns })
    await expect(names.removeNames(cluster)).rejects.toMatchObject({ code: 'INTERNAL' })
  })

  it('are refused at the start when a variable of theirs is missing', async () => {
    const { WEIR_TABLE: _, ...without } = settings('store')
    await expect(awsPorts(without)).rejects.toThrow(/WEIR_TABLE/)
  })
})
