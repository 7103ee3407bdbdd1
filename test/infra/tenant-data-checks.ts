import { describe, expect, it } from 'vitest'
import { routeGroups } from '../../shared/contract/route-groups.ts'
import { keys, partitions } from '../../shared/records/keys.ts'
import { evaluate, type Verdict } from '../emulator/iam/evaluate.ts'
import type { Context } from '../emulator/iam/policy.ts'
import { deployedFunctions } from './functions.ts'
import { madeArn, policyDocuments, textOfArn, trustDocument } from './policy-documents.ts'
import type { Named, Synthesized } from './synthesized.ts'

const READ = ['dynamodb:GetItem', 'dynamodb:Query']
const WRITE = ['dynamodb:PutItem', 'dynamodb:DeleteItem', 'dynamodb:ConditionCheckItem']

/** What must be true of the way of the tenant API to the table. */
export function checkTenantData(get: () => Synthesized): void {
  const roleFor = (access: 'read' | 'write'): Named => {
    const name = `weir-${get().config.stage}-${get().config.region}-tenant-${access}`
    const found = get()
      .all('AWS::IAM::Role')
      .find(({ Properties }) => Properties.RoleName === name)
    if (!found) throw new Error(`there is no role ${name}`)
    return found
  }
  const tableArn = () => textOfArn(get(), 'AWS::DynamoDB::Table')

  /** What a session of the role, tagged with a tenant, gets for a call with these partition keys. */
  const asked = (
    access: 'read' | 'write',
    action: string,
    partition: string | undefined,
    { tenant = 'acme', resource = tableArn() }: { tenant?: string | null; resource?: string } = {},
  ): Verdict['allowed'] => {
    const { id } = roleFor(access)
    const context: Context = {
      ...(tenant !== null && { 'aws:PrincipalTag/tenantId': tenant }),
      ...(partition !== undefined && { 'dynamodb:LeadingKeys': [partition] }),
    }
    const policies = { roleArn: madeArn(id), identity: policyDocuments(get(), id) }
    return evaluate(policies, { action, resource, context }).allowed
  }
  const own = partitions.clusters('acme')

  describe.each(['read', 'write'] as const)('the session of a tenant, to %s', (access) => {
    it.each([...READ, ...WRITE])('may %s its own rows, as far as that is its purpose', (action) => {
      expect(asked(access, action, own)).toBe(access === 'write' || READ.includes(action))
    })

    it.each([
      ['of another tenant', partitions.clusters('rival')],
      ['of a tenant whose name begins with its own', partitions.clusters('acme-2')],
      ['of the list of all clusters', partitions.fleet],
      ['without a tenant', 'anything'],
    ])('may do nothing with a row %s', (_whose, partition) => {
      for (const action of [...READ, ...WRITE]) expect(asked(access, action, partition), action).toBe(false)
    })

    it('may do nothing where a call names no key: that any of no keys is foreign is not true', () => {
      for (const action of [...READ, ...WRITE]) expect(asked(access, action, undefined), action).toBe(false)
    })

    it.each([
      'Scan',
      'PartiQLSelect',
      'PartiQLInsert',
      'PartiQLUpdate',
      'PartiQLDelete',
      'BatchWriteItem',
      'UpdateItem',
    ])('may not %s, not even its own rows', (operation) => {
      for (const partition of [own, undefined]) {
        expect(asked(access, `dynamodb:${operation}`, partition)).toBe(false)
      }
    })

    it('may use no index and no other table', () => {
      for (const resource of [`${tableArn()}/index/byName`, `${tableArn()}2`, '*'])
        expect(asked(access, 'dynamodb:Query', own, { resource })).toBe(false)
    })

    it('may do nothing without its tag, nor with one that is a pattern', () => {
      expect(asked(access, 'dynamodb:GetItem', own, { tenant: null })).toBe(false)
      expect(asked(access, 'dynamodb:GetItem', 'T##X', { tenant: null })).toBe(false)
      expect(asked(access, 'dynamodb:GetItem', own, { tenant: '*' })).toBe(false)
    })

    it('reaches every key that a tenant’s records have', () => {
      const ofTenant = [
        keys.cluster('acme', 'clu_1'),
        keys.operation('acme', 'op_1'),
        keys.name('acme', 'orders'),
        keys.tenant('acme'),
        keys.idempotency('acme', 'createCluster#k'),
        keys.feed('acme', 1),
        keys.authority('acme', 'clu_1'),
        keys.step('acme', 'op_1', 1, 'ensureAddress', 1),
      ]
      for (const { partition } of ofTenant) expect(asked(access, 'dynamodb:GetItem', partition), partition).toBe(true)
    })
  })

  describe.each(['read', 'write'] as const)('the role of the tenants, to %s', (access) => {
    const takenOn = (roleArn: string, action: string, tags: Readonly<Record<string, string>>) => {
      const { id } = roleFor(access)
      const context: Context = {
        ...Object.fromEntries(Object.entries(tags).map(([key, value]) => [`aws:RequestTag/${key}`, value])),
        ...(Object.keys(tags).length > 0 && { 'aws:TagKeys': Object.keys(tags) }),
      }
      const resource = { policy: trustDocument(get(), id), mustAllow: true }
      return evaluate({ roleArn, identity: [], resource }, { action, resource: madeArn(id), context }).allowed
    }
    const arnsOf = (isCaller: boolean) => {
      const groups = routeGroups().filter(({ needs, storeAccess }) => needs.includes('store') && storeAccess === access)
      return deployedFunctions(get())
        .filter(({ name }) => groups.some((group) => group.name === name) === isCaller)
        .map(({ roleId }) => madeArn(roleId))
    }

    it('can be taken on by the functions of the API that need it, with a tenant', () => {
      expect(arnsOf(true).length).toBeGreaterThan(1)
      for (const arn of arnsOf(true)) {
        expect(takenOn(arn, 'sts:AssumeRole', { tenantId: 'acme' }), arn).toBe(true)
        expect(takenOn(arn, 'sts:TagSession', { tenantId: 'acme' }), arn).toBe(true)
      }
    })

    it('cannot be taken on without a tenant, with an empty one, or with other tags besides', () => {
      for (const arn of arnsOf(true)) {
        for (const tags of [{}, { tenantId: '' }, { clusterId: 'c' }, { tenantId: 'acme', clusterId: 'c' }])
          expect(takenOn(arn, 'sts:AssumeRole', tags), JSON.stringify(tags)).toBe(false)
      }
    })

    it('can be taken on by no other function, no service and no other account', () => {
      const others = [...arnsOf(false), 'arn:aws:iam::123456789012:role/Admin', 'arn:aws:iam::999999999999:root']
      for (const arn of others) expect(takenOn(arn, 'sts:AssumeRole', { tenantId: 'acme' }), arn).toBe(false)
      for (const { Principal } of trustDocument(get(), roleFor(access).id).Statement)
        expect(Principal).toEqual({ AWS: expect.anything() })
    })
  })

  it('the functions of the tenant API have no right of their own on the table, and may take on the one role of theirs', () => {
    for (const { name, kind, ports, roleId, variables } of deployedFunctions(get())) {
      if (kind !== 'api') continue
      const granted = policyDocuments(get(), roleId).flatMap(({ Statement }) => Statement)
      const actions = granted.flatMap(({ Action = [] }) => Action)
      expect(
        actions.filter((action) => action.startsWith('dynamodb:')),
        name,
      ).toEqual([])
      const sessions = granted.filter(({ Action = [] }) => Action.some((action) => action.startsWith('sts:')))
      const access = routeGroups().find((group) => group.name === name)?.storeAccess
      const roleName = `role/weir-${get().config.stage}-${get().config.region}-tenant-${access}`
      expect(
        sessions.map(({ Resource }) => Resource),
        name,
      ).toEqual(ports.includes('store') ? [[expect.stringContaining(roleName)]] : [])
      expect(variables.WEIR_TENANT_ROLE_ARN).toMatch(new RegExp(`${roleName}$`))
    }
  })
}
