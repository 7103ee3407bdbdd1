import { Stack } from 'aws-cdk-lib'
import type { Table } from 'aws-cdk-lib/aws-dynamodb'
import type { EventBus } from 'aws-cdk-lib/aws-events'
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import { type BoundaryRow, boundaryRows } from './boundary-rows.ts'
import type { DeploymentConfig } from './config.ts'

interface PermissionBoundaryProps {
  readonly config: DeploymentConfig
  readonly table: Table
  readonly bus: EventBus
  readonly authorityKey: IKey
}

/**
 * The most that any role of the deployment may ever do, whatever its own policies say: a role that somebody widens, or one
 * that a construct of the CDK brings along, stays within it. It gives nobody a right.
 */
export class PermissionBoundary extends Construct {
  readonly policy: ManagedPolicy

  constructor(scope: Construct, id: string, { config, table, bus, authorityKey }: PermissionBoundaryProps) {
    super(scope, id)
    const { region, partition, account } = Stack.of(this)
    const rows = boundaryRows(config, {
      table: table.tableArn,
      stream: table.tableStreamArn ?? '',
      bus: bus.eventBusArn,
      authorityKey: authorityKey.keyArn,
    })
    this.policy = new ManagedPolicy(this, 'Policy', {
      managedPolicyName: `weir-${config.stage}-${config.region}-boundary`,
      description: 'Weir: the most that any role of this deployment may do',
      statements: rows.map(
        ({ actions, resources, conditions }) =>
          new PolicyStatement({
            actions: [...actions],
            resources: resources.map((resource) =>
              resource
                .replaceAll('<partition>', partition)
                .replaceAll('<account>', account)
                .replaceAll('<region>', region),
            ),
            ...(conditions && { conditions }),
          }),
      ),
    })
    acknowledge(
      this.policy,
      'A boundary gives nobody a right: it names the kinds of things that the policies of the roles then narrow down.',
      ...findings(rows, region),
    )
  }
}

/** What the rule pack calls the wildcards of the rows. */
function findings(rows: readonly BoundaryRow[], region: string): readonly string[] {
  const wild = rows.flatMap(({ actions, resources }) => [
    ...actions.map((action) => `Action::${action}`),
    ...resources.map((resource) => `Resource::${resource}`),
  ])
  return [...new Set(wild)]
    .filter((finding) => finding.includes('*'))
    .map((finding) => finding.replaceAll('<partition>', '<AWS::Partition>').replaceAll('<account>', '<AWS::AccountId>'))
    .map((finding) => `IAM5[${finding.replaceAll('<region>', region)}]`)
}
