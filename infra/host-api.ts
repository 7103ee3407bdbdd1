import { AuthorizationType, EndpointType, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { HOST_CALL_NAMES, HOST_CALLS } from '../shared/host-protocol/calls.ts'
import { acknowledge } from './acknowledge.ts'
import type { DeploymentConfig } from './config.ts'
import { watched } from './rest-api-log.ts'
import { type FunctionSurroundings, WeirFunction } from './weir-function.ts'

/** Hosts wait up to 20 seconds for news; API Gateway ends a request after 29. */
const REQUEST_TIMEOUT_SECONDS = 29

/** The name of the role that all hosts of a deployment have. */
export function hostRoleName({ stage, region }: DeploymentConfig): string {
  return `weir-${stage}-${region}-host`
}

/**
 * The API of the broker hosts, signed with IAM, and the one role that all hosts have: it may make these calls and nothing
 * else. Only EC2 may assume it, because the name of the session is taken for the id of the instance.
 */
export class HostApi extends Construct {
  readonly api: RestApi
  readonly hostRole: Role

  constructor(scope: Construct, id: string, surroundings: FunctionSurroundings) {
    super(scope, id)
    const { config, resources } = surroundings
    this.hostRole = new Role(this, 'HostRole', {
      roleName: hostRoleName(config),
      description: 'Broker hosts of Weir: may call the API of the hosts and nothing else',
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    })
    const { lambda } = new WeirFunction(this, 'hostApi', {
      ...surroundings,
      kind: 'hostApi',
      description: 'Answers the agents on the broker hosts',
      needs: ['store', 'clock', 'ids', 'log', 'workflows', 'certificates'],
      use: { workflows: ['answer'] },
      environment: {
        WEIR_TABLE: resources.table.tableName,
        WEIR_STATE_MACHINE_ARN_PREFIX: resources.machines.prefix,
        WEIR_AUTHORITY_KEY_ARN: resources.authorityKey.keyArn,
        WEIR_HOST_ROLE: this.hostRole.roleName,
      },
      timeoutSeconds: REQUEST_TIMEOUT_SECONDS,
      memoryMiB: 512,
    })
    this.api = new RestApi(this, 'Api', {
      restApiName: `weir-${config.stage}-hosts`,
      description: 'The API of Weir for broker hosts',
      endpointTypes: [EndpointType.REGIONAL],
      cloudWatchRole: false,
      deployOptions: { stageName: 'live', ...watched(this, config, 'hosts') },
    })
    const integration = new LambdaIntegration(lambda, { allowTestInvoke: false, scopePermissionToMethod: false })
    const requestValidator = this.api.addRequestValidator('Validator', {
      requestValidatorName: 'parameters-and-body',
      validateRequestBody: true,
      validateRequestParameters: true,
    })
    for (const name of HOST_CALL_NAMES) {
      const { method, path } = HOST_CALLS[name]
      const options = { operationName: name, requestValidator, authorizationType: AuthorizationType.IAM }
      const added = this.api.root.resourceForPath(path).addMethod(method, integration, options)
      this.hostRole.addToPolicy(new PolicyStatement({ actions: ['execute-api:Invoke'], resources: [added.methodArn] }))
    }
    acknowledge(this.api, 'Hosts are machines with IAM credentials, not users of a pool.', 'COG4')
    acknowledge(this.api.deploymentStage, 'Only holders of the host role get past IAM; tenants never call it.', 'APIG3')
  }
}
