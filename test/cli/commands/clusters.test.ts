import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { activeCluster, json, order, startBeside, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()

describe('weir clusters create', () => {
  it('prints the operation and how to follow it', async () => {
    const args = ['clusters', 'create', '--name', 'a', '--topology', 'combined', '--volume-gib', '10']
    const ran = await weir(api(), [...args, '--topic', 't:5', '--label', 'team=x', '--zones', 'az-2'])
    expect(ran).toMatchObject({ code: EXIT.ok, err: '' })
    expect(ran.out).toMatch(/weir operations watch op_\w{26}/)
    expect(ran.out).toContain('fewer than three availability zones')
    const [cluster] = Object(json(await weir(api(), ['clusters', 'list', '-o', 'json']))).items
    expect(cluster).toMatchObject({ name: 'a', labels: { team: 'x' }, availabilityZones: ['az-2'] })
  })

  it('names every wrong field with its flag, and nothing is ordered', async () => {
    const args = [
      'clusters',
      'create',
      '--name',
      'Bad',
      '--topology',
      'combined',
      '--brokers',
      '4',
      '--volume-gib',
      '1',
    ]
    const ran = await weir(api(), [...args, '--config', 'no.such.key=1'])
    expect(ran).toMatchObject({ code: EXIT.refused, out: '' })
    for (const part of ['/name (--name)', '/brokers/count (--brokers)', '/config/no.such.key']) {
      expect(ran.err).toContain(part)
    }
    expect(json(await weir(api(), ['clusters', 'list', '-o', 'json']))).toEqual({ items: [] })
  })

  it('finds the first order again with the same --idempotency-key', async () => {
    const first = await order(api(), '--idempotency-key', 'k1')
    expect(await order(api(), '--idempotency-key', 'k1')).toEqual(first)
  })

  it('checks an order in full and writes nothing with --validate-only', async () => {
    const args = [
      'clusters',
      'create',
      '--name',
      'a',
      '--topology',
      'dedicated',
      '--volume-gib',
      '10',
      '--validate-only',
    ]
    const ran = await weir(api(), args)
    expect(ran.code).toBe(EXIT.ok)
    expect(ran.out).toContain('101 in az-1: broker')
    expect(json(await weir(api(), ['clusters', 'list', '-o', 'json']))).toEqual({ items: [] })
  })

  it('stays until the cluster is Active with --wait', async () => {
    const running = startBeside(api(), [
      ...['clusters', 'create', '--name', 'a', '--topology', 'combined', '--volume-gib', '10', '--wait'],
    ])
    await running.seen('broker 3')
    const [operation] = Object(json(await weir(api(), ['operations', 'list', '-o', 'json']))).items
    await api().activate({ operationId: operation.id, clusterId: operation.target.id })
    const ran = await running.ended
    expect(ran).toMatchObject({ code: EXIT.ok, err: '' })
    expect(ran.out).toContain('createCluster Succeeded')
    expect(ran.out).toContain('weir clusters connect')
  })
})

describe('weir clusters list', () => {
  it('shows a row for each cluster', async () => {
    await activeCluster(api())
    const [head, row, ...more] = (await weir(api(), ['clusters', 'list'])).out.trim().split('\n')
    expect(head).toMatch(/^NAME +ID +STATUS +HEALTH +KAFKA +TOPOLOGY +BROKERS +AGE$/)
    expect(row).toMatch(/^orders +clu_\w{26} +Active +Healthy +3\.7\.1 +combined +3 +\d+ s$/)
    expect(more).toEqual([])
  })

  it('filters as the API does', async () => {
    await order(api())
    const list = async (...filter: string[]) => json(await weir(api(), ['clusters', 'list', '-o', 'json', ...filter]))
    expect(await list('--status', 'Starting')).toMatchObject({ items: [{ name: 'orders' }] })
    expect(await list('--status', 'Active')).toEqual({ items: [] })
    expect((await weir(api(), ['clusters', 'list', '--status', 'Fine'])).code).toBe(EXIT.refused)
  })

  it('says that there is none on standard error only', async () => {
    expect(await weir(api(), ['clusters', 'list'])).toEqual({ code: EXIT.ok, out: '', err: 'None.\n' })
  })
})

describe('weir clusters get', () => {
  it('finds a cluster by its name and by its id', async () => {
    const { clusterId } = await activeCluster(api())
    const byName = await weir(api(), ['clusters', 'get', 'orders'])
    expect(byName.out).toMatch(/^Status +Active$/m)
    expect(byName.out).toMatch(/^Allowed actions +.*deleteCluster/m)
    expect(byName.out).toContain('10.0.0.1:9092')
    expect(await weir(api(), ['clusters', 'get', clusterId])).toEqual(byName)
  })

  it.each(['NOPE', 'clu_123'])('says of %s, which no cluster can be named, that there is none', async (name) => {
    const ran = await weir(api(), ['clusters', 'get', name])
    expect([ran.code, ran.err]).toEqual([EXIT.refused, expect.stringContaining(`no cluster named "${name}"`)])
  })

  it('does not see the cluster of another tenant, by name or by id', async () => {
    const { clusterId } = await activeCluster(api())
    for (const cluster of ['orders', clusterId]) {
      expect((await weir(api(), ['clusters', 'get', cluster, '--tenant', 'globex'])).code).toBe(EXIT.refused)
    }
  })
})

describe('weir brokers list', () => {
  it('shows a row for each broker', async () => {
    await activeCluster(api())
    const { out } = await weir(api(), ['brokers', 'list', 'orders'])
    expect(out).toMatch(/^2 +broker,controller +az-2 +Active +Healthy +3\.7\.1 +10\.0\.0\.2:9092 +100 GiB/m)
  })
})
