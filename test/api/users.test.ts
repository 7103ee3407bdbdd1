import { describe, expect, it } from 'vitest'
import { activeCluster, itemsOf, ordered, textAt } from './cluster-fixtures.ts'
import { harness } from './harness.ts'

const USER = { name: 'app', role: 'consumer', topicPrefix: 'orders.' }

describe('POST', () => {
  it('creates a user whose password is in this answer and nowhere else', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const answer = await h.post(`/v1/clusters/${clusterId}/users`, USER)
    expect([answer.status, answer.body]).toEqual([201, expect.objectContaining(USER)])
    const password = textAt(answer, 'password')
    expect(h.kafka.users.get('app')).toBe(password)
    await h.projectEvents()
    const stored = await h.store.changes(undefined, 100_000)
    expect(JSON.stringify(stored)).not.toContain(password)
    expect(JSON.stringify(h.logged)).not.toContain(password)
    const shown = await h.get(String(answer.headers.Location))
    expect([shown.status, shown.body]).toEqual([200, expect.objectContaining(USER)])
    expect(shown.body).not.toHaveProperty('password')
  })

  it('answers a repeat of the same key the same without the password, and sets no other', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const headers = { 'Idempotency-Key': 'once' }
    const first = await h.post(`/v1/clusters/${clusterId}/users`, USER, { headers })
    const again = await h.post(`/v1/clusters/${clusterId}/users`, USER, { headers })
    const { password, ...rest } = Object(first.body)
    expect([again.status, again.body]).toEqual([201, rest])
    expect(h.kafka.users.get('app')).toBe(password)
  })

  it('finishes its own earlier try after a lost answer, with the password that holds', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const headers = { 'Idempotency-Key': 'once' }
    h.kafka.loseAnswerOf('putUser')
    expect((await h.post(`/v1/clusters/${clusterId}/users`, USER, { headers })).status).toBe(503)
    expect((await h.get(`/v1/clusters/${clusterId}/users/app`)).status).toBe(404)
    expect(itemsOf(await h.get(`/v1/clusters/${clusterId}/users`))).toEqual([])
    const again = await h.post(`/v1/clusters/${clusterId}/users`, USER, { headers })
    expect([again.status, textAt(again, 'password')]).toEqual([201, h.kafka.users.get('app')])
    await h.projectEvents()
    expect(itemsOf(await h.get('/v1/events?type=kafka.user.created.v1'))).toHaveLength(1)
  })

  it('never lets two requests for one name set each other’s password', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const refused: unknown[] = []
    h.kafka.during('putUser', async () => {
      const other = await h.post(`/v1/clusters/${clusterId}/users`, { ...USER, role: 'admin' })
      refused.push([other.status, textAt(other, 'code')])
    })
    const answer = await h.post(`/v1/clusters/${clusterId}/users`, USER)
    expect(refused).toEqual([[409, 'USER_EXISTS']])
    expect(h.kafka.users.get('app')).toBe(textAt(answer, 'password'))
  })

  it('lets another request have a name whose first request died, once that is certain', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    h.kafka.loseAnswerOf('putAccessRules')
    await h.post(`/v1/clusters/${clusterId}/users`, USER)
    expect((await h.post(`/v1/clusters/${clusterId}/users`, USER)).status).toBe(409)
    await h.clock.advance(61_000)
    const answer = await h.post(`/v1/clusters/${clusterId}/users`, USER)
    expect([answer.status, textAt(answer, 'password')]).toEqual([201, h.kafka.users.get('app')])
  })

  it('gives each role its rules on the prefix and nothing beyond', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    for (const role of ['admin', 'producer', 'consumer']) {
      await h.post(`/v1/clusters/${clusterId}/users`, { name: role, role, topicPrefix: 'orders.' })
    }
    expect(h.kafka.rules.filter(({ resource }) => resource !== 'cluster').every(({ name }) => name === 'orders.')).toBe(
      true,
    )
    const may = (user: string, operation: string) =>
      h.kafka.rules.some((rule) => rule.principal === `User:${user}` && rule.operation === operation)
    expect([may('consumer', 'Read'), may('consumer', 'Write'), may('consumer', 'All')]).toEqual([true, false, false])
    expect([may('producer', 'Write'), may('producer', 'Read'), may('producer', 'All')]).toEqual([true, false, false])
    expect(may('admin', 'All')).toBe(true)
    expect(h.kafka.rules.some(({ resource, operation }) => resource === 'cluster' && /All|Alter/.test(operation))).toBe(
      false,
    )
  })

  it('refuses a name that is there', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    await h.post(`/v1/clusters/${clusterId}/users`, USER)
    const before = await h.commits()
    const answer = await h.post(`/v1/clusters/${clusterId}/users`, USER)
    expect([answer.status, textAt(answer, 'code')]).toEqual([409, 'USER_EXISTS'])
    expect(await h.commits()).toBe(before)
  })

  it.each([
    [{ ...USER, name: 'CN=weir-node' }, '/name', 'pattern'],
    [{ ...USER, name: '__weir-canary' }, '/name', 'reserved'],
    [{ ...USER, role: 'root' }, '/role', 'enum'],
    [{ name: 'a' }, '/role', 'required'],
    [{ ...USER, topicPrefix: 'a*' }, '/topicPrefix', 'pattern'],
    [{ ...USER, password: 'mine' }, '/password', 'unknown_field'],
  ])('refuses %j', async (body, pointer, rule) => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const answer = await h.post(`/v1/clusters/${clusterId}/users`, body)
    expect([answer.status, answer.body]).toEqual([
      422,
      expect.objectContaining({ errors: [expect.objectContaining({ pointer, rule })] }),
    ])
    expect(h.kafka.calls).toEqual([])
  })

  it('refuses while the cluster does not serve', async () => {
    const h = harness()
    const { clusterId } = await ordered(h)
    const answer = await h.post(`/v1/clusters/${clusterId}/users`, USER)
    expect([answer.status, textAt(answer, 'code')]).toEqual([409, 'STATUS_NOT_ALLOWED'])
  })
})

describe('DELETE', () => {
  it('takes the user and its rules away and announces it', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const { headers } = await h.post(`/v1/clusters/${clusterId}/users`, USER)
    const path = String(headers.Location)
    const { headers: shown } = await h.get(path)
    const answer = await h.delete(path, { headers: { 'If-Match': String(shown.ETag) } })
    expect(answer.status).toBe(204)
    expect([h.kafka.users.size, h.kafka.rules.length]).toEqual([0, 0])
    expect((await h.get(path)).status).toBe(404)
    await h.projectEvents()
    expect(itemsOf(await h.get('/v1/events?type=kafka.user.deleted.v1'))).toHaveLength(1)
  })

  it('refuses an ETag of an earlier user of the name, and touches nothing', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const { headers } = await h.post(`/v1/clusters/${clusterId}/users`, USER)
    const path = String(headers.Location)
    const { headers: old } = await h.get(path)
    await h.delete(path)
    await h.clock.advance(1000)
    await h.post(`/v1/clusters/${clusterId}/users`, USER)
    const answer = await h.delete(path, { headers: { 'If-Match': String(old.ETag) } })
    expect(answer.status).toBe(412)
    expect(h.kafka.users.has('app')).toBe(true)
  })

  it('finishes on a repeat after a lost answer', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    const { headers } = await h.post(`/v1/clusters/${clusterId}/users`, USER)
    h.kafka.loseAnswerOf('deleteUser')
    expect((await h.delete(String(headers.Location))).status).toBe(503)
    expect((await h.delete(String(headers.Location))).status).toBe(204)
    expect((await h.delete(String(headers.Location))).status).toBe(404)
  })
})

describe('GET', () => {
  it('lists the users by name, page by page', async () => {
    const h = harness()
    const { clusterId } = await activeCluster(h)
    for (const name of ['c', 'a', 'b']) await h.post(`/v1/clusters/${clusterId}/users`, { ...USER, name })
    const first = await h.get(`/v1/clusters/${clusterId}/users?pageSize=2`)
    const token = textAt(first, 'nextPageToken')
    const second = await h.get(`/v1/clusters/${clusterId}/users?pageSize=2&pageToken=${token}`)
    expect([...itemsOf(first), ...itemsOf(second)].map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  })
})
