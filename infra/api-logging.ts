import { CfnAccount } from 'aws-cdk-lib/aws-apigateway'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'

/**
 * Lets API Gateway write logs, which is one setting for the whole account and region. A deployment sets it to a role that
 * may do so for any API, as the service wants it.
 */
export class ApiLogging extends Construct {
  readonly account: CfnAccount

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('apigateway.amazonaws.com'),
      description: 'API Gateway of this account: may write its logs',
    })
    role.addToPolicy(
      new PolicyStatement({
        actions: [
          'logs:CreateLogGroup',
          'logs:CreateLogStream',
          'logs:DescribeLogGroups',
          'logs:DescribeLogStreams',
          'logs:PutLogEvents',
          'logs:GetLogEvents',
          'logs:FilterLogEvents',
        ],
        resources: ['*'],
      }),
    )
    acknowledge(
      role,
      'The setting is the account’s: the log groups of other APIs are named by nobody here.',
      'IAM5[Resource::*]',
    )
    this.account = new CfnAccount(this, 'Account', { cloudWatchRoleArn: role.roleArn })
  }
}
