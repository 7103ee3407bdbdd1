import { describe, expect, it } from 'vitest'
import { ec2Id } from './ec2-ids.ts'
import { deployedFunctions } from './functions.ts'
import { idOf, permissionsOf } from './policies.ts'
import type { Named, Synthesized } from './synthesized.ts'

/** What EC2 does with the key of the volumes in the caller's name. */
const ON_VOLUME_KEY = ['kms:CreateGrant', 'kms:Decrypt', 'kms:DescribeKey', 'kms:GenerateDataKeyWithoutPlaintext']

/** A key by its alias. */
export function keyNamed(synthesized: Synthesized, name: string): { readonly key: Named; readonly arn: string } {
  const alias = synthesized.all('AWS::KMS::Alias').find(({ Properties }) => Properties.AliasName === `alias/${name}`)
  const key = synthesized.byId(idOf(alias?.Properties.TargetKeyId))
  return { key, arn: ec2Id(synthesized, key.id) }
}

/** What must be true of the keys of the volumes and of the authorities, and of who may use them. */
export function checkKeyPermissions(get: () => Synthesized): void {
  const functions = () => deployedFunctions(get())

  describe('that of the volumes', () => {
    it('is made anew every year and kept when its stack goes', () => {
      expect(keyNamed(get(), 'weir-dev-volumes').key).toMatchObject({
        DeletionPolicy: 'Retain',
        Properties: { EnableKeyRotation: true, PendingWindowInDays: 30 },
      })
    })

    it('is used through EC2 only, by what makes volumes and machines, and granted to machines only', () => {
      const { key } = keyNamed(get(), 'weir-dev-volumes')
      for (const { roleId, name, actions } of functions()) {
        const onKey = permissionsOf(get(), roleId).filter(({ resource }) => resource.includes(key.id))
        const expected = actions.includes('ec2:RunInstances') ? ON_VOLUME_KEY : []
        expect(onKey.map(({ action }) => action).toSorted(), name).toEqual(expected)
        for (const { action, condition } of onKey) {
          const { StringEquals, Bool } = JSON.parse(condition)
          expect(StringEquals).toEqual({ 'kms:ViaService': 'ec2.eu-central-1.amazonaws.com' })
          if (action === 'kms:CreateGrant') expect(Bool).toEqual({ 'kms:GrantIsForAWSResource': 'true' })
        }
      }
    })
  })

  describe('that of the authorities', () => {
    it('signs, cannot be read, and is kept when its stack goes', () => {
      expect(keyNamed(get(), 'weir-dev-authority').key).toMatchObject({
        DeletionPolicy: 'Retain',
        Properties: { KeySpec: 'ECC_NIST_P256', KeyUsage: 'SIGN_VERIFY', PendingWindowInDays: 30 },
      })
    })

    it('is used by what makes certificates and what talks to Kafka, to sign them and for nothing else', () => {
      const { key } = keyNamed(get(), 'weir-dev-authority')
      for (const { roleId, ports, name } of functions()) {
        const onKeys = permissionsOf(get(), roleId).filter(
          ({ action, resource }) =>
            action.startsWith('kms:') && !resource.includes(keyNamed(get(), 'weir-dev-volumes').key.id),
        )
        const isUser = ports.includes('certificates') || ports.includes('kafka')
        const actions = isUser ? ['kms:GetPublicKey', 'kms:Sign'] : []
        expect(onKeys.map(({ action }) => action).toSorted(), name).toEqual(actions)
        for (const { resource } of onKeys) expect(resource, name).toContain(key.id)
        const signs = onKeys.find(({ action }) => action === 'kms:Sign')
        if (signs)
          expect(JSON.parse(signs.condition)).toEqual({ StringEquals: { 'kms:SigningAlgorithm': 'ECDSA_SHA_256' } })
      }
    })
  })
}
