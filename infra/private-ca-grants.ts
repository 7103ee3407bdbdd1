import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import { SUBORDINATE_TEMPLATE } from '../shared/deployment/private-ca.ts'
import type { PortName } from '../shared/ports/ports.ts'
import { isInVpc } from './vpc-functions.ts'

/** What a role may do with a private CA: look at it, and have authorities of clusters certified by it. */
export function privateCaRights(arn: string) {
  const [, partition = 'aws'] = arn.split(':')
  const look = ['DescribeCertificateAuthority', 'GetCertificate', 'GetCertificateAuthorityCertificate']
  return [
    { actions: look.map((action) => `acm-pca:${action}`), resources: [arn] },
    {
      actions: ['acm-pca:IssueCertificate'],
      resources: [arn],
      conditions: { StringEquals: { 'acm-pca:TemplateArn': `arn:${partition}:acm-pca:::${SUBORDINATE_TEMPLATE}` } },
    },
  ]
}

/** Authorities are made by what has certificates and does not talk to Kafka: a private CA has no endpoint in the network. */
export function makesAuthorities(needs: readonly PortName[]): boolean {
  return needs.includes('certificates') && !isInVpc(needs)
}

/** Lets a role have authorities certified. */
export function grantPrivateCa(role: Role, arn: string): void {
  for (const right of privateCaRights(arn)) role.addToPolicy(new PolicyStatement(right))
}
