import { Stack } from 'aws-cdk-lib'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import type { DnsSettings } from '../shared/deployment/dns-settings.ts'
import { acknowledge } from './acknowledge.ts'

/**
 * Lets a role give clusters their names: address records below the domain of the deployment, and nothing else in the zone. Each
 * key has every value of a change, so all of them must fit; and without `Null` a change that has none would fit, too.
 */
export function grantNames(role: Role, zones: readonly DnsSettings[]): void {
  const arn = (resource: string, resourceName: string) =>
    Stack.of(role).formatArn({ service: 'route53', region: '', account: '', resource, resourceName })
  for (const { hostedZoneId, domain } of zones) grantZone(role, arn('hostedzone', hostedZoneId), domain)
  role.addToPolicy(new PolicyStatement({ actions: ['route53:GetChange'], resources: [arn('change', '*')] }))
  acknowledge(
    role,
    'A change of the DNS has no id before it is made, and no tags; whoever may ask about one learns whether it is done.',
    'IAM5[Resource::arn:<AWS::Partition>:route53:::change/*]',
  )
}

function grantZone(role: Role, zone: string, domain: string): void {
  const names = 'route53:ChangeResourceRecordSetsNormalizedRecordNames'
  role.addToPolicy(
    new PolicyStatement({
      actions: ['route53:ChangeResourceRecordSets'],
      resources: [zone],
      conditions: {
        'ForAllValues:StringLike': { [names]: [`*.clu-*.${domain}`] },
        'ForAllValues:StringEquals': {
          'route53:ChangeResourceRecordSetsRecordTypes': ['A'],
          'route53:ChangeResourceRecordSetsActions': ['UPSERT', 'DELETE'],
        },
        Null: { [names]: 'false' },
      },
    }),
  )
  role.addToPolicy(new PolicyStatement({ actions: ['route53:ListResourceRecordSets'], resources: [zone] }))
}
