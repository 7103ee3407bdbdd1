import { RemovalPolicy } from 'aws-cdk-lib'
import {
  AccessLogField,
  AccessLogFormat,
  LogGroupLogDestination,
  MethodLoggingLevel,
  type StageOptions,
} from 'aws-cdk-lib/aws-apigateway'
import { LogGroup } from 'aws-cdk-lib/aws-logs'
import type { Construct } from 'constructs'
import type { DeploymentConfig } from './config.ts'

/** One line for each request: who, what and with which end, never a header or a body. */
const LINE = AccessLogFormat.custom(
  JSON.stringify({
    requestId: AccessLogField.contextRequestId(),
    traceId: AccessLogField.contextXrayTraceId(),
    time: AccessLogField.contextRequestTimeEpoch(),
    method: AccessLogField.contextHttpMethod(),
    path: AccessLogField.contextPath(),
    status: AccessLogField.contextStatus(),
    principal: AccessLogField.contextAuthorizerPrincipalId(),
    caller: AccessLogField.contextIdentityUserArn(),
    sourceIp: AccessLogField.contextIdentitySourceIp(),
    latencyMilliseconds: AccessLogField.contextResponseLatency(),
    errorType: AccessLogField.contextErrorResponseType(),
  }),
)

/** How every REST API is watched: an access log, execution logs without payloads, metrics and traces. */
export function watched(scope: Construct, config: DeploymentConfig, apiName: string): StageOptions {
  const logGroup = new LogGroup(scope, 'AccessLog', {
    logGroupName: `/weir/${config.stage}/${apiName}/access`,
    retention: config.logRetentionDays,
    removalPolicy: RemovalPolicy.DESTROY,
  })
  return {
    accessLogDestination: new LogGroupLogDestination(logGroup),
    accessLogFormat: LINE,
    loggingLevel: MethodLoggingLevel.INFO,
    dataTraceEnabled: false,
    metricsEnabled: true,
    tracingEnabled: true,
  }
}
