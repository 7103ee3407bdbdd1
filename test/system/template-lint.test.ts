import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { cdkContext, weirApp } from '../../infra/weir-app.ts'
import { MANIFEST_SHA256 } from '../infra/synthesized.ts'
import { EXCEPTIONS } from './template-lint/exceptions.ts'
import { type Finding, runCfnLint } from './template-lint/run-cfn-lint.ts'

let folder = ''

const PRIVATE_CA =
  'arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555'

/** What may stand under `context.weir`, besides what `cdk.json` says: each makes other resources. */
const CONFIGURATIONS: Readonly<Record<string, object>> = {
  'as it is in cdk.json': {},
  'with hosts, somebody to tell, names and public access': {
    hosts: { artifactsManifestSha256: MANIFEST_SHA256 },
    authority: { kind: 'privateCa', arn: PRIVATE_CA },
    alarmEmail: 'oncall@example.com',
    dns: { hostedZoneId: 'Z0123456789ABCDEFGHIJ', domain: 'kafka.internal.example.com' },
    publicAccess: {
      hostedZoneId: 'Z9876543210ABCDEFGHIJ',
      domain: 'kafka.example.com',
      subnetIds: {
        'az-1': 'subnet-0f000000000000001',
        'az-2': 'subnet-0f000000000000002',
        'az-3': 'subnet-0f000000000000003',
      },
    },
  },
}
const findings: Finding[] = []

function synthesized(name: string, configuration: object): { readonly directory: string; readonly region: string } {
  const directory = join(folder, name.replaceAll(' ', '-'))
  const context = cdkContext()
  const { app, config } = weirApp({
    context: { ...context, weir: { ...Object(context.weir), ...configuration } },
    outdir: directory,
  })
  app.synth()
  return { directory, region: config.region }
}

const isExcepted = (finding: Finding) => EXCEPTIONS.some(({ rule, covers }) => rule === finding.rule && covers(finding))

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'weir-template-lint-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the templates of a deployment, read by cfn-lint', () => {
  it.each(Object.entries(CONFIGURATIONS))('have no error and no warning: %s', async (name, configuration) => {
    const { directory, region } = synthesized(name, configuration)
    const found = await runCfnLint(directory, region)
    findings.push(...found)
    expect(found.filter((finding) => !isExcepted(finding))).toEqual([])
  })

  it('are excepted from a rule only with a reason, and only while something breaks it', () => {
    for (const { rule, covers, reason } of EXCEPTIONS) {
      expect(reason.split(/\s+/).length, rule).toBeGreaterThan(10)
      expect(
        findings.some((finding) => finding.rule === rule && covers(finding)),
        rule,
      ).toBe(true)
    }
  })

  it('would be found wrong: a property that does not exist', async () => {
    const directory = join(folder, 'spoilt')
    mkdirSync(directory)
    const Rule = { Type: 'AWS::Events::Rule', Properties: { ScheduleExpression: 'rate(1 minute)', Stat: 'ENABLED' } }
    writeFileSync(join(directory, 'spoilt.template.json'), JSON.stringify({ Resources: { Rule } }))
    expect(await runCfnLint(directory, 'eu-central-1')).toMatchObject([
      { rule: 'E3002', type: 'AWS::Events::Rule', path: 'Resources/Rule/Properties/Stat' },
    ])
  })
})
