import { Stack } from 'aws-cdk-lib'
import { AuthorizationType, EndpointType, LambdaIntegration, RestApi } from 'aws-cdk-lib/aws-apigateway'
import { InterfaceVpcEndpoint } from 'aws-cdk-lib/aws-ec2'
import {
  AnyPrincipal,
  Effect,
  InstanceProfile,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { HOST_CALL_NAMES, HOST_CALLS } from '../shared/host-protocol/calls.ts'
import { acknowledge } from './acknowledge.ts'
import { artifactBucketName } from './artifact-bucket.ts'
import { hostRoleName } from './host-role.ts'
import { watched } from './rest-api-log.ts'
import { type FunctionSurroundings, WeirFunction } from './weir-function.ts'

/** Hosts wait up to 20 seconds for news; API Gateway ends a request after 29. */
const REQUEST_TIMEOUT_SECONDS = 29

const STAGE = 'live'

/** What the API of the hosts is told of. */
export interface HostApiProps extends FunctionSurroundings {
  /** The endpoint in the network of the hosts that is the only way to this API. */
  readonly endpointId: string
}

/**
 * The API of the broker hosts, signed with IAM and reached from their network only, and the one role that all hosts have: it may
 * make these calls, read artefacts, and nothing else. Only EC2 may assume it, because the name of the session is taken for the
 * id of the instance.
 */
export class HostApi extends Construct {
  readonly api: RestApi
  readonly hostRole: Role
  readonly instanceProfile: InstanceProfile
  /** Where hosts call: a name of the endpoint, which resolves to its addresses without the private name of API Gateway. */
  readonly url: string

  constructor(scope: Construct, id: string, props: HostApiProps) {
    super(scope, id)
    const { endpointId, ...surroundings } = props
    const { config, resources } = surroundings
    this.hostRole = new Role(this, 'HostRole', {
      roleName: hostRoleName(config),
      description: 'Broker hosts of Weir: may call the API of the hosts, read artefacts, and nothing else',
      assumedBy: new ServicePrincipal('ec2.amazonaws.com'),
    })
    const bucketName = artifactBucketName(this, config)
    const artifacts = Stack.of(this).formatArn({
      service: 's3',
      region: '',
      account: '',
      resource: bucketName,
      resourceName: '*',
    })
    this.hostRole.addToPolicy(new PolicyStatement({ actions: ['s3:GetObject'], resources: [artifacts] }))
    this.instanceProfile = new InstanceProfile(this, 'HostProfile', {
      instanceProfileName: hostRoleName(config),
      role: this.hostRole,
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
      endpointConfiguration: {
        types: [EndpointType.PRIVATE],
        vpcEndpoints: [
          InterfaceVpcEndpoint.fromInterfaceVpcEndpointAttributes(this, 'Endpoint', {
            vpcEndpointId: endpointId,
            port: 443,
          }),
        ],
      },
      policy: onlyThrough(endpointId, this.hostRole),
      cloudWatchRole: false,
      deployOptions: { stageName: STAGE, ...watched(this, config, 'hosts') },
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
    const { region, urlSuffix } = Stack.of(this)
    this.url = `https://${this.api.restApiId}-${endpointId}.execute-api.${region}.${urlSuffix}/${STAGE}/`
    acknowledge(
      this.hostRole,
      'Artefacts are named by their digests; there are new ones with every release.',
      `IAM5[Resource::arn:<AWS::Partition>:s3:::weir-${config.stage}-artifacts-<AWS::AccountId>-${config.region}/*]`,
    )
    acknowledge(this.api, 'Hosts are machines with IAM credentials, not users of a pool.', 'COG4')
    acknowledge(this.api.deploymentStage, 'Only holders of the host role get past IAM; tenants never call it.', 'APIG3')
  }
}

/** Hosts may call, through the endpoint of their network; by any other way nobody may, whatever its own policies say. */
function onlyThrough(endpointId: string, hostRole: Role): PolicyDocument {
  const calls = { actions: ['execute-api:Invoke'], resources: ['execute-api:/*'] }
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ ...calls, principals: [hostRole] }),
      new PolicyStatement({
        ...calls,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        conditions: { StringNotEquals: { 'aws:SourceVpce': endpointId } },
      }),
    ],
  })
}
