import { Stack } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { DeploymentConfig } from './config.ts'

/** The name of the role that all hosts of a deployment have. */
export function hostRoleName({ stage, region }: Pick<DeploymentConfig, 'stage' | 'region'>): string {
  return `weir-${stage}-${region}-host`
}

/** The host role by its name, not by reference: what names it comes before the API that the role may call. */
export function hostRoleArn(scope: Construct, config: Pick<DeploymentConfig, 'stage' | 'region'>): string {
  return Stack.of(scope).formatArn({ service: 'iam', region: '', resource: 'role', resourceName: hostRoleName(config) })
}
