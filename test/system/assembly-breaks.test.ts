import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { keys, partitions } from '../../shared/records/keys.ts'
import { type Judged, refusedWith } from './assembly/judged.ts'
import { knock } from './assembly/knock.ts'
import { reached, residue, succeeded, troubleOf } from './assembly/life.ts'
import { permissionsOf } from './assembly/permissions.ts'
import { type RunningAssembly, runAssembly } from './assembly/run-assembly.ts'
import { type Assembly, REGION, synthesizeAssembly } from './assembly/synthesize.ts'
import type { Templates } from './assembly/template.ts'
import { tenantOf } from './assembly/tenant.ts'
import { sessionOf } from './assembly/tenant-session.ts'

let assembly: Assembly

beforeAll(async () => {
  assembly = await synthesizeAssembly()
})

afterAll(() => assembly?.remove())

const ORDER = { name: 'orders', topology: 'combined', brokers: { volumeGiB: 10 } }

/** As much of the life of a cluster as needs no broker: ordered, carried out until its hosts are waited for, deleted. */
async function lifeWithoutHosts(spoil?: (templates: Templates) => void): Promise<RunningAssembly> {
  const running = await runAssembly(assembly, spoil)
  try {
    const tenant = await tenantOf(running, 'acme')
    const create = await tenant.order('POST', '/v1/clusters', ORDER)
    await reached(running, tenant, create, ({ steps }) => {
      const parked = steps.filter(({ name, state }) => name === 'launchKafka' && state === 'Waiting')
      return parked.length === 3
    })
    for (const { id } of running.ec2.machines.values()) expect(await knock(running, id)).toBe(1)
    await succeeded(running, tenant, await tenant.order('DELETE', `/v1/clusters/${create.target.id}`))
    return running
  } finally {
    await running.stop()
  }
}

const all = (templates: Templates, type: string) => Object.values(templates).filter(({ Type }) => Type === type)

/** What somebody may forget, one of each kind, and how it shows. */
const BREAKS: readonly (readonly [string, (templates: Templates) => void, RegExp])[] = [
  [
    'an environment variable',
    (templates) => {
      for (const { Properties } of all(templates, 'AWS::Lambda::Function')) {
        if (Properties.FunctionName !== `weir-${assembly.stage}-certificatesSteps`) continue
        const { Variables } = z.object({ Variables: z.record(z.string(), z.unknown()) }).parse(Properties.Environment)
        const { WEIR_AUTHORITY_KEY_ARN: _forgotten, ...others } = Variables
        Properties.Environment = { Variables: others }
      }
    },
    /certificatesSteps: Error: the function steps.handler ended/,
  ],
  [
    'the tenant in the policy of its sessions',
    (templates) => {
      for (const { Properties } of all(templates, 'AWS::IAM::Policy')) {
        const text = JSON.stringify(Properties.PolicyDocument)
        Properties.PolicyDocument = JSON.parse(text.replaceAll('T#${aws:PrincipalTag/tenantId}#*', 'T#rival#*'))
      }
    },
    /POST \/v1\/clusters: 500/,
  ],
  [
    'a key that the gateway counts by',
    (templates) => {
      for (const [id, { Type, Properties }] of Object.entries(templates))
        if (Type === 'AWS::ApiGateway::UsagePlanKey' && /standard/.test(JSON.stringify(Properties)))
          delete templates[id]
    },
    /POST \/v1\/clusters: 403/,
  ],
  [
    'a route',
    (templates) => {
      for (const [id, { Properties }] of Object.entries(templates))
        if (Properties.OperationName === 'createCluster') delete templates[id]
    },
    // What answers other methods of the path knows nobody.
    /POST \/v1\/clusters: 401/,
  ],
  [
    'a substitution',
    (templates) => {
      for (const { Properties } of all(templates, 'AWS::StepFunctions::StateMachine')) {
        const Substitutions = z.record(z.string(), z.unknown())
        const given = Object.entries(Substitutions.parse(Properties.DefinitionSubstitutions))
        Properties.DefinitionSubstitutions = Object.fromEntries(given.filter(([name]) => !/hosts/i.test(name)))
      }
    },
    /not authorized to invoke \$\{/,
  ],
]

/** Changes the text of what one resource of each of the types says. */
const rewrite =
  (types: readonly string[], property: string, change: (text: string) => string) => (templates: Templates) => {
    for (const { Properties } of types.flatMap((type) => all(templates, type))) {
      if (Properties[property] !== undefined)
        Properties[property] = JSON.parse(change(JSON.stringify(Properties[property])))
    }
  }

const POLICIES = ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy']

/** What somebody may get wrong in a policy, one of each kind, and what would be refused then. */
const WRONG_POLICIES: readonly (readonly [string, (templates: Templates) => void, RegExp])[] = [
  [
    'an action',
    rewrite(POLICIES, 'PolicyDocument', (text) => text.replaceAll('"ec2:AttachVolume"', '"ec2:Forgotten"')),
    /hostsSteps may not ec2:AttachVolume on arn:\S+:instance\/i-\w+: no policy of the role allows it/,
  ],
  [
    'a resource',
    rewrite(POLICIES, 'PolicyDocument', (text) => text.replaceAll(':subnet/', ':subnet/other-')),
    /hostsSteps may not ec2:CreateNetworkInterface on arn:\S+:subnet\/subnet-\w+: no policy of the role allows it/,
  ],
  [
    'a condition on what is made',
    rewrite(POLICIES, 'PolicyDocument', (text) =>
      text.replaceAll(/"aws:RequestTag\/weir:stage":"\w+"/g, '"aws:RequestTag/weir:stage":"other"'),
    ),
    /hostsSteps may not ec2:CreateVolume on arn:\S+:volume\/\*: no policy of the role allows it/,
  ],
  [
    'a condition on what is there',
    rewrite(POLICIES, 'PolicyDocument', (text) =>
      text.replaceAll('aws:ResourceTag/weir:cluster', 'aws:ResourceTag/cluster'),
    ),
    /hostsSteps may not ec2:TerminateInstances on arn:\S+:instance\/i-\w+: no policy of the role allows it/,
  ],
  [
    'the role that is handed to machines',
    rewrite(POLICIES, 'PolicyDocument', (text) => text.replaceAll('"ec2.amazonaws.com"', '"lambda.amazonaws.com"')),
    /hostsSteps may not iam:PassRole on arn:aws:iam::\d+:role\/weir-dev-eu-central-1-host/,
  ],
  [
    'the role that the private API lets in',
    rewrite(['AWS::ApiGateway::RestApi'], 'Policy', (text) =>
      text.replace(/"AWS":\{"Fn::GetAtt":\[[^\]]+\]\}/, '"AWS":"arn:aws:iam::123456789012:role/other"'),
    ),
    /host i-\w+ may not execute-api:Invoke on \S+: the policy of the resource does not allow it/,
  ],
  [
    'the policy of the private API',
    rewrite(['AWS::ApiGateway::RestApi'], 'Policy', (text) => text.replaceAll('aws:SourceVpce', 'aws:SourceVpc')),
    /host i-\w+ may not execute-api:Invoke on \S+: the policy of the resource deny it/,
  ],
  [
    'the policy of an endpoint',
    rewrite(['AWS::EC2::VPCEndpoint'], 'PolicyDocument', (text) =>
      text.replaceAll('"execute-api:Invoke"', '"execute-api:Other"'),
    ),
    /host i-\w+ may not execute-api:Invoke on \S+: the policy of the endpoint does not allow it/,
  ],
  [
    'the boundary of all roles',
    (templates) => {
      const Statement = [{ Effect: 'Allow', NotAction: 'kms:Sign', Resource: '*' }]
      const PolicyDocument = { Version: '2012-10-17', Statement }
      templates.Tight = { Type: 'AWS::IAM::ManagedPolicy', Properties: { ManagedPolicyName: 'tight', PolicyDocument } }
      for (const { Properties } of all(templates, 'AWS::IAM::Role')) Properties.PermissionsBoundary = { Ref: 'Tight' }
    },
    /certificatesSteps may not kms:Sign on arn:\S+: the boundary of the role does not allow it/,
  ],
  [
    'the key that machines get their volumes by',
    rewrite(POLICIES, 'PolicyDocument', (text) => text.replaceAll('kms:GrantIsForAWSResource', 'kms:GrantIsForOther')),
    /hostsSteps may not kms:CreateGrant on arn:\S+/,
  ],
]

/** What a caller may have in mind who means something else than what is ours, and what is asked for then. */
const FOREIGN: readonly (readonly [string, (judged: Judged) => boolean, RegExp, string | undefined])[] = [
  ['of another deployment', () => true, /ResourceTag\/weir:stage$/, 'other'],
  ['without the tags of ours', () => true, /ResourceTag\/(managedBy|weir:)/, undefined],
  // To tag what is being made is a right of its own, which alone makes nothing.
  ['made without our tags', ({ request }) => request.action !== 'ec2:CreateTags', /^aws:RequestTag\//, undefined],
  ['of another tenant', ({ caller }) => caller.sessionTags !== undefined, /^dynamodb:LeadingKeys$/, 'T#other#x'],
]

describe('the synthesized assembly, run as it would be deployed', () => {
  let lived: RunningAssembly

  it('carries out an order up to its hosts, and a delete, with no failure and no call that a role does not allow', async () => {
    lived = await lifeWithoutHosts()
    expect(troubleOf(lived)).toEqual([])
    expect(residue(lived)).toEqual([])
    const callers = new Set(lived.front.seen.map(({ caller }) => caller))
    process.stdout.write(`${lived.judged.length} rights used by ${callers.size} functions, each given\n`)
    expect(callers.size).toBeGreaterThan(5)
  })

  it('lets the session of one tenant read and write nothing of another, whatever a handler asks for', async () => {
    const running = await runAssembly(assembly)
    try {
      const { store, untagged } = await sessionOf(running, 'rival')
      const [own, foreign] = [keys.name('rival', 'mine'), keys.name('acme', 'orders')]
      await store.transact([{ ...own, put: 'mine', guard: 'absent' }])
      expect((await store.get(own))?.value).toBe('mine')
      const refused = /not authorized to perform: dynamodb:\w+ on resource/
      await expect(store.get(foreign)).rejects.toThrow(refused)
      await expect(store.query({ partition: foreign.partition, limit: 1 })).rejects.toThrow(refused)
      await expect(store.transact([{ ...foreign, put: 'theirs', guard: 'absent' }])).rejects.toThrow(refused)
      const both = [own, foreign].map((key) => ({ ...key, check: true, guard: 'absent' }) as const)
      await expect(store.transact(both)).rejects.toThrow(refused)
      await expect(store.query({ partition: partitions.fleet, limit: 1 })).rejects.toThrow(refused)
      await expect(untagged()).rejects.toThrow(/not authorized to perform: sts:AssumeRole/)
    } finally {
      await running.stop()
    }
  })

  it('says which methods a path has to whoever calls it with another, whoever that is', async () => {
    const running = await runAssembly(assembly)
    try {
      const answer = await fetch(`${running.tenantUrl}/v1/clusters`, { method: 'PUT' })
      expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'POST, GET'])
      expect(await answer.json()).toMatchObject({ code: 'METHOD_NOT_ALLOWED' })
    } finally {
      await running.stop()
    }
  })

  it.each(BREAKS)('does not get there without %s', async (_what, spoil, words) => {
    await expect(lifeWithoutHosts(spoil)).rejects.toThrow(words)
  })

  describe('would have been refused a call', () => {
    const refused = (spoil?: (templates: Templates) => void) =>
      refusedWith(assembly.directory, { region: REGION, keyArn: lived.keyArn }, lived.judged, spoil)

    it('never, as it is', () => {
      expect(refused()).toEqual([])
    })

    it.each(WRONG_POLICIES)('with another text in %s', (_what, spoil, words) => {
      expect(refused(spoil).join('\n')).toMatch(words)
    })
  })

  it.each(FOREIGN)('lets nobody change, make or read a thing %s', (_what, isMeant, key, other) => {
    const permissions = permissionsOf(lived.deployment)
    const foreign = lived.judged.filter(isMeant).flatMap(({ caller, request }) => {
      const context = Object.entries(request.context ?? {})
      if (!context.some(([name]) => key.test(name))) return []
      const changed = context.flatMap(([name, value]) => {
        const replaced = key.test(name) ? other : value
        return replaced === undefined ? [] : [[name, replaced] as const]
      })
      return [{ caller, request: { ...request, context: Object.fromEntries(changed) } }]
    })
    expect(foreign.length).toBeGreaterThan(0)
    const allowed = foreign.filter(({ caller, request }) => permissions(caller, request).allowed)
    expect(
      new Set(allowed.map(({ caller, request }) => `${caller.name} ${request.action} ${request.resource}`)),
    ).toEqual(new Set())
  })
})
