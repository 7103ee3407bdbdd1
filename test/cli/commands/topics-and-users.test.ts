import { describe, expect, it } from 'vitest'
import { EXIT } from '../../../cli/exit-codes.ts'
import { activeCluster, json, order, weir } from '../command-line.ts'
import { freshApi } from '../fresh-api.ts'

const api = freshApi()

describe('weir topics', () => {
  it('create a topic as the flags say, and list it', async () => {
    await activeCluster(api())
    const args = ['topics', 'create', 'orders', 't', '--partitions', '7', '--config', 'retention.ms=1000']
    expect((await weir(api(), args)).code).toBe(EXIT.ok)
    expect((await weir(api(), ['topics', 'list', 'orders'])).out).toMatch(/^t +7 +3 +0 +0$/m)
  })

  it('say what is allowed and what is going on when the cluster does not serve yet', async () => {
    const { operationId } = await order(api())
    const ran = await weir(api(), ['topics', 'list', 'orders'])
    expect(ran.code).toBe(EXIT.refused)
    expect(ran.err).toMatch(/Allowed now: .*deleteCluster/)
    expect(ran.err).toContain(`weir operations watch ${operationId}`)
  })
})

describe('weir users', () => {
  it('print the password once: at creation, never again', async () => {
    await activeCluster(api())
    const created = json(await weir(api(), ['users', 'create', 'orders', 'app', '--role', 'consumer', '-o', 'json']))
    expect(created.password).toBe(api().ports.kafka.users.get('app'))
    const listed = await weir(api(), ['users', 'list', 'orders', '-o', 'json'])
    expect(listed.out).not.toContain(String(created.password))
    expect(json(listed)).toMatchObject({ items: [{ name: 'app', role: 'consumer' }] })
  })

  it('refuse to create a user without a role', async () => {
    expect((await weir(api(), ['users', 'create', 'orders', 'app'])).code).toBe(EXIT.usage)
  })

  it('delete a user, so that Kafka has it no more', async () => {
    await activeCluster(api())
    await weir(api(), ['users', 'create', 'orders', 'app', '--role', 'admin'])
    expect((await weir(api(), ['users', 'delete', 'orders', 'app'])).code).toBe(EXIT.ok)
    expect(api().ports.kafka.users.has('app')).toBe(false)
    expect((await weir(api(), ['users', 'delete', 'orders', 'app'])).code).toBe(EXIT.refused)
  })
})
