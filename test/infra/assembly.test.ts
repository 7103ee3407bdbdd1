import { Stack, Validations } from 'aws-cdk-lib'
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { AwsSolutionsChecks } from 'cdk-nag'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { readAssembly } from '../../infra/assembly/read-assembly.ts'
import { standingLines } from '../../infra/costs/standing.ts'
import { checkAlarms } from './alarm-checks.ts'
import { checkData } from './data-checks.ts'
import { checkFunctions } from './function-checks.ts'
import { checkHosts } from './host-checks.ts'
import { checkJobs } from './job-checks.ts'
import { checkNetwork } from './network-checks.ts'
import { checkObservability } from './observability-checks.ts'
import { checkPermissions } from './permission-checks.ts'
import { scratchApp } from './scratch-app.ts'
import { type Synthesized, synthesize } from './synthesized.ts'
import { checkApis } from './tenant-api-checks.ts'
import { checkWorkflows } from './workflow-checks.ts'

let synthesized: Synthesized | undefined
let ruleResults: readonly unknown[] = []

const get = (): Synthesized => {
  if (!synthesized) throw new Error('the deployment was not synthesized')
  return synthesized
}

/** Once for all checks: bundling and the rule pack take seconds. */
beforeAll(() => {
  const rulePack = vi.spyOn(AwsSolutionsChecks.prototype, 'validate')
  synthesized = synthesize()
  ruleResults = rulePack.mock.results.map(({ value }) => value)
  rulePack.mockRestore()
}, 120_000)

afterAll(() => synthesized?.remove())

describe('state and events', () => checkData(get))
describe('the APIs', () => checkApis(get))
describe('the workflows', () => checkWorkflows(get))
describe('permissions', () => checkPermissions(get))
describe('functions', () => checkFunctions(get))
describe('the network', () => checkNetwork(get))
describe('hosts', () => checkHosts(get))
describe('what runs by itself', () => checkJobs(get))
describe('alarms', () => checkAlarms(get))
describe('what people look at', () => checkObservability(get))

describe('what it costs', () => {
  it('is known of every type of resource', () => {
    expect(standingLines(readAssembly(get().directory)).length).toBeGreaterThan(0)
  })
})

describe('the rule pack', () => {
  it('has looked at the whole deployment and found nothing that is not accepted', () => {
    expect(ruleResults).toMatchObject([{ success: true }])
  })

  it('is overruled only with a reason', () => {
    expect(get().accepted.length).toBeGreaterThan(0)
    for (const { rule, reason } of get().accepted) {
      expect(rule).toMatch(/^(Annotation::AwsSolutions-|CloudFormation-Validate::W3010$)/)
      expect(reason.split(' ').length, rule).toBeGreaterThan(5)
    }
  })

  it('stops a deployment that breaks a rule', () => {
    const quiet = vi.spyOn(console, 'error').mockImplementation(() => {})
    const app = scratchApp()
    new Table(new Stack(app, 'broken'), 'Table', { partitionKey: { name: 'pk', type: AttributeType.STRING } })
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app))
    expect(() => app.synth()).toThrow(/[Vv]alidation/)
    quiet.mockRestore()
  })
})
