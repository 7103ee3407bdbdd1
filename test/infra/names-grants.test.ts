import { App, Stack } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { expect, it } from 'vitest'
import { grantNames } from '../../infra/names-grants.ts'

it('a role that names clusters may change address records below the domain, and nothing else of any zone', () => {
  const stack = new Stack(new App(), 'names', { env: { region: 'eu-central-1' } })
  const role = new Role(stack, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
  grantNames(role, [{ hostedZoneId: 'Z0123456789', domain: 'kafka.example.com' }])
  const [policy] = Object.values(Template.fromStack(stack).findResources('AWS::IAM::Policy'))
  const arn = (resource: string) => ({
    'Fn::Join': ['', ['arn:', { Ref: 'AWS::Partition' }, `:route53:::${resource}`]],
  })
  expect(policy?.Properties.PolicyDocument.Statement).toEqual([
    {
      Effect: 'Allow',
      Action: 'route53:ChangeResourceRecordSets',
      Resource: arn('hostedzone/Z0123456789'),
      Condition: {
        'ForAllValues:StringLike': {
          'route53:ChangeResourceRecordSetsNormalizedRecordNames': ['*.clu-*.kafka.example.com'],
        },
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
          'route53:ChangeResourceRecordSetsActions': ['UPSERT', 'DELETE'],
        },
        Null: { 'route53:ChangeResourceRecordSetsNormalizedRecordNames': 'false' },
      },
    },
    { Effect: 'Allow', Action: 'route53:ListResourceRecordSets', Resource: arn('hostedzone/Z0123456789') },
    { Effect: 'Allow', Action: 'route53:GetChange', Resource: arn('change/*') },
  ])
})
