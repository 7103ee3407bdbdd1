import { ArnFormat, Duration, RemovalPolicy, Stack } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  type Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import type { EnvironmentInput, FunctionKind } from '../shared/deployment/environment.ts'
import type { PortName } from '../shared/ports/ports.ts'
import { acknowledge } from './acknowledge.ts'
import { handlerOf } from './bundle.ts'
import type { DeploymentConfig } from './config.ts'
import { GRANTS, type PortUse, type Resources } from './grants.ts'
import type { NetworkStack } from './network-stack.ts'
import { isInVpc } from './vpc-functions.ts'

/** What every function of a deployment shares. */
export interface FunctionSurroundings {
  readonly config: DeploymentConfig
  /** Where the functions run that talk to Kafka. */
  readonly network: NetworkStack
  readonly code: Code
  readonly resources: Resources
}

/** What makes a function: its kind, the ports it may use, and the variables of its kind. */
export interface WeirFunctionProps<K extends FunctionKind> extends FunctionSurroundings {
  readonly kind: K
  readonly description: string
  readonly needs: readonly PortName[]
  readonly use?: Partial<PortUse>
  /** The variables of the kind; those that every function has are set here. */
  readonly environment: Omit<EnvironmentInput<K>, 'WEIR_FUNCTION' | 'WEIR_PORTS' | 'WEIR_LOG_LEVEL'>
  readonly timeoutSeconds: number
  /** Also the share of a processor: 1769 MiB are a whole one. */
  readonly memoryMiB: number
}

/** One Lambda function with a role of its own, which may do what its ports need and write its own log. */
export class WeirFunction<K extends FunctionKind> extends Construct {
  readonly lambda: LambdaFunction
  readonly role: Role
  /** Its name in full, as a text and no reference: who watches it from another stack holds nothing in place. */
  readonly functionName: string
  readonly timeoutSeconds: number

  constructor(scope: Construct, id: string, props: WeirFunctionProps<K>) {
    super(scope, id)
    this.timeoutSeconds = props.timeoutSeconds
    const { config, network, code, resources, kind, description, needs, environment } = props
    const functionName = `weir-${config.stage}-${id}`
    this.functionName = functionName
    const logGroup = new LogGroup(this, 'Log', {
      logGroupName: `/aws/lambda/${functionName}`,
      retention: config.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      description: `Function ${functionName} of Weir`,
    })
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [logGroup.logGroupArn],
      }),
    )
    const use: PortUse = { store: 'write', workflows: [], hosts: 'change', authorities: 'use', ...props.use }
    for (const need of needs) GRANTS[need](this.role, resources, use)
    const isInside = isInVpc(needs)
    if (isInside) letLambdaConnect(this.role, functionName)
    this.lambda = new LambdaFunction(this, 'Function', {
      functionName,
      description,
      code,
      handler: handlerOf(kind),
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      role: this.role,
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMiB,
      tracing: Tracing.ACTIVE,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      ...(isInside && {
        vpc: network.vpc,
        vpcSubnets: { subnets: network.zones.map(({ functionSubnet }) => functionSubnet) },
        securityGroups: [network.functionGroup],
      }),
      environment: {
        ...variables(environment),
        WEIR_FUNCTION: id,
        WEIR_PORTS: needs.join(','),
        WEIR_LOG_LEVEL: config.logLevel,
      },
    })
    acknowledge(this.role, 'X-Ray takes traces under no resource but *.', 'IAM5[Resource::*]')
  }
}

function variables(environment: object): Record<string, string> {
  return Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)]))
}

/** What Lambda does in the role's name to connect a function to a network. */
const CONNECT = [
  'ec2:AssignPrivateIpAddresses',
  'ec2:CreateNetworkInterface',
  'ec2:DeleteNetworkInterface',
  'ec2:DescribeNetworkInterfaces',
  'ec2:DescribeSubnets',
  'ec2:UnassignPrivateIpAddresses',
]

/**
 * Lambda itself makes the interfaces, with the role of the function. Its calls do not name a function as their source; the
 * calls of the function's own code do, and to them this right does not apply.
 */
function letLambdaConnect(role: Role, functionName: string): void {
  const functionArn = Stack.of(role).formatArn({
    service: 'lambda',
    resource: 'function',
    resourceName: functionName,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  })
  role.addToPolicy(
    new PolicyStatement({
      actions: CONNECT,
      resources: ['*'],
      conditions: { ArnNotEqualsIfExists: { 'lambda:SourceFunctionArn': functionArn } },
    }),
  )
}
