import { Stack } from 'aws-cdk-lib'
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam'
import { acknowledge } from './acknowledge.ts'

/** What Elastic Load Balancing and EC2 let be described under no resource but `*`. */
const DESCRIBE = [
  'ec2:DescribeSecurityGroups',
  'elasticloadbalancing:DescribeListeners',
  'elasticloadbalancing:DescribeLoadBalancers',
  'elasticloadbalancing:DescribeTargetGroups',
  'elasticloadbalancing:DescribeTargetHealth',
]

/**
 * Lets a role make and remove the load balancers of public entries. What is made must bear our tags from its first moment; what is
 * changed or removed must bear them already; and tags cannot be changed later.
 */
export function grantEntries(role: Role, stage: string): void {
  const stack = Stack.of(role)
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'elasticloadbalancing', resource, resourceName })
  // Every name of ours begins so (functions/adapters/elb/parts.ts).
  const balancers = arn('loadbalancer', 'net/w-*/*')
  const listeners = arn('listener', 'net/w-*/*/*')
  const groups = arn('targetgroup', 'w-*/*')
  const born = {
    StringEquals: { 'aws:RequestTag/managedBy': 'weir', 'aws:RequestTag/weir:stage': stage },
    Null: { 'aws:RequestTag/weir:tenant': 'false', 'aws:RequestTag/weir:cluster': 'false' },
  }
  const ours = {
    StringEquals: { 'aws:ResourceTag/managedBy': 'weir', 'aws:ResourceTag/weir:stage': stage },
    Null: { 'aws:ResourceTag/weir:cluster': 'false' },
  }
  const on = (action: string) => `elasticloadbalancing:${action}`
  const allow = (actions: readonly string[], resources: readonly string[], conditions?: Record<string, object>) =>
    role.addToPolicy(
      new PolicyStatement({ actions: [...actions], resources: [...resources], ...(conditions && { conditions }) }),
    )
  allow(DESCRIBE, ['*'])
  allow([on('CreateLoadBalancer')], [balancers], born)
  allow([on('CreateTargetGroup')], [groups], born)
  allow([on('CreateListener')], [balancers], born)
  allow([on('AddTags')], [balancers, groups, listeners], {
    StringEquals: {
      'elasticloadbalancing:CreateAction': ['CreateLoadBalancer', 'CreateTargetGroup', 'CreateListener'],
    },
  })
  allow([on('ModifyLoadBalancerAttributes'), on('DeleteLoadBalancer')], [balancers], ours)
  allow([on('ModifyTargetGroupAttributes'), on('RegisterTargets'), on('DeleteTargetGroup')], [groups], ours)
  allow([on('DeregisterTargets')], [groups], ours)
  allow([on('DeleteListener')], [listeners], ours)
  const prefix = `IAM5[Resource::arn:<AWS::Partition>:elasticloadbalancing:${stack.region}:<AWS::AccountId>:`
  acknowledge(
    role,
    'Load balancers, listeners and target groups have no ARN before they are made; each right on them asks for our tags.',
    `${prefix}loadbalancer/net/w-*/*]`,
    `${prefix}listener/net/w-*/*/*]`,
    `${prefix}targetgroup/w-*/*]`,
  )
  acknowledge(
    role,
    'Elastic Load Balancing and EC2 describe under no resource but *; what is found is cut to our names and tags by the caller.',
    'IAM5[Resource::*]',
  )
}
