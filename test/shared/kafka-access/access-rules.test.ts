import { describe, expect, it } from 'vitest'
import { accessRules } from '../../../shared/kafka-access/access-rules.ts'
import { USER_ROLES } from '../../../shared/records/user.ts'

describe.each(USER_ROLES)('the role %s', (role) => {
  const rules = accessRules({ name: 'app', role, topicPrefix: 'orders.' })

  it('is given to the user alone, on its prefix and on nothing of another name', () => {
    expect(new Set(rules.map(({ principal }) => principal))).toEqual(new Set(['User:app']))
    for (const { resource, pattern, name } of rules) {
      expect([pattern, name]).toEqual(resource === 'cluster' ? ['literal', 'kafka-cluster'] : ['prefixed', 'orders.'])
    }
  })

  it('may not change the cluster', () => {
    const onCluster = rules.filter(({ resource }) => resource === 'cluster').map(({ operation }) => operation)
    expect(
      onCluster.filter((operation) => !['Describe', 'DescribeConfigs', 'IdempotentWrite'].includes(operation)),
    ).toEqual([])
  })

  it('has no rule twice', () => {
    expect(new Set(rules.map((rule) => JSON.stringify(rule))).size).toBe(rules.length)
  })
})

describe('least privilege', () => {
  const operations = (role: (typeof USER_ROLES)[number], resource: string) =>
    accessRules({ name: 'a', role, topicPrefix: '' })
      .filter((rule) => rule.resource === resource)
      .map(({ operation }) => operation)
      .sort()

  it('lets a producer write and a consumer read, and not the other way round', () => {
    expect(operations('producer', 'topic')).toEqual(['Describe', 'DescribeConfigs', 'Write'])
    expect(operations('producer', 'group')).toEqual([])
    expect(operations('consumer', 'topic')).toEqual(['Describe', 'DescribeConfigs', 'Read'])
    expect(operations('consumer', 'group')).toEqual(['Describe', 'Read'])
    expect(operations('consumer', 'transactionalId')).toEqual([])
  })
})
