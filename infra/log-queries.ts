import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { routeGroups } from '../shared/contract/route-groups.ts'
import { SCHEDULES } from '../shared/deployment/schedules.ts'
import { stepGroups } from '../workflows/step-groups.ts'

/** The questions that somebody asks of the logs in the night, ready to be run in CloudWatch. */
const QUERIES: Readonly<Record<string, string>> = {
  'what was done for an operation': [
    'fields @timestamp, level, step, nodeId, message, cause.message',
    '| filter operationId = "op_…"',
    '| sort @timestamp asc',
  ].join('\n'),
  'what went wrong in the last hours': [
    'fields @timestamp, @log, message, cause.message, tenantId, clusterId, operationId',
    '| filter level in ["error", "warn"]',
    '| sort @timestamp desc',
    '| limit 200',
  ].join('\n'),
}

/** Kept queries over the logs of all functions. */
export class LogQueries extends Construct {
  constructor(scope: Construct, id: string, stage: string) {
    super(scope, id)
    const functions = [...stepGroups(), ...routeGroups()].map(({ name }) => name)
    const logGroupNames = [...functions, ...Object.keys(SCHEDULES), 'changes', 'hostApi', 'authorizer'].map(
      (name) => `/aws/lambda/weir-${stage}-${name}`,
    )
    for (const [name, queryString] of Object.entries(QUERIES)) {
      new CfnQueryDefinition(this, name.replaceAll(' ', '-'), {
        name: `weir-${stage}/${name}`,
        queryString,
        logGroupNames,
      })
    }
  }
}
