import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { App, Tags, Validations } from 'aws-cdk-lib'
import { PermissionsBoundary } from 'aws-cdk-lib/aws-iam'
import { AwsSolutionsChecks } from 'cdk-nag'
import { z } from 'zod'
import { type DeploymentConfig, readConfig } from './config.ts'
import { ControlPlaneStack } from './control-plane-stack.ts'
import { DataStack } from './data-stack.ts'
import { HostsStack } from './hosts-stack.ts'
import { NetworkStack } from './network-stack.ts'
import { ObservabilityStack } from './observability-stack.ts'
import { TenantApiStack } from './tenant-api-stack.ts'

const CdkFile = z.object({ context: z.record(z.string(), z.unknown()) })

/** The whole deployment, ready to be synthesized. */
export interface WeirApp {
  readonly app: App
  readonly config: DeploymentConfig
  readonly data: DataStack
  readonly hosts: HostsStack
  readonly network: NetworkStack
  readonly front: TenantApiStack
  readonly controlPlane: ControlPlaneStack
}

/** The context of `cdk.json`, which the CDK's own command passes and a plain `node infra/app.ts` does not. */
export function cdkContext(): Record<string, unknown> {
  return CdkFile.parse(JSON.parse(readFileSync(resolve(import.meta.dirname, '../cdk.json'), 'utf8'))).context
}

/** Builds the app from a context; nothing is asked of AWS. */
export function weirApp(options: { readonly context: Record<string, unknown>; readonly outdir?: string }): WeirApp {
  const app = new App({
    context: options.context,
    // Every stack has the same few tags; versions in a metadata resource would change templates for no reason.
    analyticsReporting: false,
    ...(options.outdir !== undefined && { outdir: options.outdir }),
  })
  const config = readConfig(app.node)
  const data = new DataStack(app, `weir-${config.stage}-data`, config)
  const hosts = new HostsStack(app, `weir-${config.stage}-hosts`, config)
  const network = new NetworkStack(app, `weir-${config.stage}-network`, { config, data, hosts })
  const front = new TenantApiStack(app, `weir-${config.stage}-tenant-api`, { config, data, network })
  const controlPlane = new ControlPlaneStack(app, `weir-${config.stage}-control-plane`, {
    config,
    data,
    hosts,
    network,
    front,
  })
  new ObservabilityStack(app, `weir-${config.stage}-observability`, { config, data })
  PermissionsBoundary.of(app).apply(data.boundary)
  Tags.of(app).add('managedBy', 'weir')
  Tags.of(app).add('weir:stage', config.stage)
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
  return { app, config, data, hosts, network, front, controlPlane }
}
