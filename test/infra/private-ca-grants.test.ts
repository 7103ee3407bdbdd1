import { Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { expect, it } from 'vitest'
import { DeploymentConfig } from '../../infra/config.ts'
import { grantPrivateCa, makesAuthorities } from '../../infra/private-ca-grants.ts'
import { cdkContext } from '../../infra/weir-app.ts'
import { stepGroups } from '../../workflows/step-groups.ts'
import { scratchApp } from './scratch-app.ts'

const ARN = 'arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555'

it('only the function with the step that makes authorities may have them certified', () => {
  const groups = stepGroups()
  expect(groups.filter(({ needs }) => makesAuthorities(needs)).map(({ steps }) => steps)).toEqual([
    expect.arrayContaining(['ensureAuthority']),
  ])
})

it('it may by one private CA and one template, and may not make, change or revoke anything', () => {
  const stack = new Stack(scratchApp(), 'test')
  grantPrivateCa(new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }), ARN)
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
  expect(policy?.Properties.PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Resource: ARN,
      Action: [
        'acm-pca:DescribeCertificateAuthority',
        'acm-pca:GetCertificate',
        'acm-pca:GetCertificateAuthorityCertificate',
      ],
    },
    {
      Effect: 'Allow',
      Resource: ARN,
      Action: 'acm-pca:IssueCertificate',
      Condition: {
        StringEquals: { 'acm-pca:TemplateArn': 'arn:aws:acm-pca:::template/SubordinateCACertificate_PathLen0/V1' },
      },
    },
  ])
})

it('authorities vouch for themselves unless the configuration names a private CA', () => {
  const given = cdkContext().weir
  const read = (authority?: object) =>
    DeploymentConfig.parse({ ...Object(given), ...(authority && { authority }) }).authority
  expect(read()).toEqual({ kind: 'kms' })
  expect(read({ kind: 'privateCa', arn: ARN })).toEqual({ kind: 'privateCa', arn: ARN })
  expect(() => read({ kind: 'privateCa' })).toThrow()
  expect(() => read({ kind: 'privateCa', arn: 'arn:aws:acm-pca:eu-central-1:123456789012:certificate/1' })).toThrow(
    /must be the ARN of a private CA/,
  )
})
