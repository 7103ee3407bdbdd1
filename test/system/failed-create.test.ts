import { execFileSync } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { type TenantApi, tenantApi } from '../weir/api.ts'
import { leftovers, type WeirProcess, weirProcess } from '../weir/weir-process.ts'

const order = { name: 'doomed', topology: 'combined', brokers: { count: 3, volumeGiB: 1 } } as const

const disposals: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of disposals.splice(0).reverse()) await dispose()
})

async function started(
  range: string,
  environment: NodeJS.ProcessEnv,
  home?: string,
): Promise<{ weir: WeirProcess; api: TenantApi }> {
  const weir = await weirProcess(range, environment, home)
  disposals.push(() => weir.dispose())
  await weir.start()
  return { weir, api: tenantApi(weir, 'acme') }
}

/** Formats as usual, but ends at once, with words of its own, when it is to run Kafka. */
async function brokenJava(): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), 'weir-java-')), 'java')
  const script = [
    '#!/bin/sh',
    'case "$*" in',
    '  *StorageTool*) exec java "$@" ;;',
    '  *kafka.Kafka*) echo "ERROR the disk of this broker is made of cheese" ; exit 1 ;;',
    '  *) exec java "$@" ;;',
    'esac',
  ]
  await writeFile(file, `${script.join('\n')}\n`)
  await chmod(file, 0o755)
  return file
}

async function expectNothingLeft(weir: WeirProcess, api: TenantApi, clusterId: string): Promise<void> {
  expect((await api.ended((await api.remove(clusterId)).id)).state).toBe('Succeeded')
  expect(await weir.hosts()).toEqual({ folders: 0, poweredOn: 0, volumes: 0 })
  expect(await leftovers(weir.home)).toEqual([])
  expect((await api.call('GET', `/v1/clusters/${clusterId}`)).status).toBe(404)
}

describe('a create that cannot succeed', () => {
  it('ends in Error with the step, the broker and the last words of a Kafka that ends at once, and is deleted whole', async () => {
    const { weir, api } = await started('127.43', { WEIR_JAVA: await brokenJava() })
    const ended = await api.ended((await api.create(order)).id)
    expect(ended.state).toBe('Failed')
    expect(ended.error).toMatchObject({
      code: 'BROKER_PROCESS_FAILED',
      step: expect.any(String),
      nodeId: expect.any(Number),
    })
    expect(ended.error?.logLines?.join('\n')).toContain('made of cheese')
    const cluster = await api.cluster(ended.target.id)
    expect(cluster).toMatchObject({ status: 'Error', health: 'Unavailable', allowedActions: ['deleteCluster'] })
    const brokers = await api.brokers(cluster.id)
    expect(brokers.map(({ status }) => status)).toEqual(['Error', 'Error', 'Error'])
    expect(brokers.find(({ nodeId }) => nodeId === ended.error?.nodeId)?.statusReason).toContain('Kafka ended')
    await expectNothingLeft(weir, api, cluster.id)
  })

  it.skipIf(process.getuid?.() !== 0)(
    'ends in Error when there is no room for the volumes, and is deleted whole',
    async () => {
      const disk = await mkdtemp(join(tmpdir(), 'weir-full-'))
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', disk])
      disposals.push(async () => {
        execFileSync('umount', [disk])
        await rm(disk, { recursive: true })
      })
      const { weir, api } = await started('127.43', {}, join(disk, 'home'))
      const ended = await api.ended((await api.create(order)).id)
      expect(ended.state).toBe('Failed')
      expect(ended.error).toMatchObject({ code: 'VOLUME_FAILED', step: 'ensureVolume', nodeId: expect.any(Number) })
      expect(ended.error?.detail).toContain('MiB are free')
      expect(await api.cluster(ended.target.id)).toMatchObject({ status: 'Error', health: 'Unavailable' })
      expect((await api.ended((await api.remove(ended.target.id)).id)).state).toBe('Succeeded')
      expect(await weir.hosts()).toEqual({ folders: 0, poweredOn: 0, volumes: 0 })
    },
  )
})
