import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { keys, partitions } from '../../shared/records/keys.ts'
import { reached, residue, succeeded, troubleOf } from './assembly/life.ts'
import { type RunningAssembly, runAssembly } from './assembly/run-assembly.ts'
import { type Assembly, synthesizeAssembly } from './assembly/synthesize.ts'
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
    'a grant',
    (templates) => {
      for (const { Properties } of [
        ...all(templates, 'AWS::IAM::Policy'),
        ...all(templates, 'AWS::IAM::ManagedPolicy'),
      ]) {
        const text = JSON.stringify(Properties.PolicyDocument)
        Properties.PolicyDocument = JSON.parse(text.replaceAll('"ec2:AttachVolume"', '"ec2:Forgotten"'))
      }
    },
    /hostsSteps may not ec2:AttachVolume/,
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

describe('the synthesized assembly, run as it would be deployed', () => {
  it('carries out an order up to its hosts, and a delete, with no failure and no call that a role does not allow', async () => {
    const running = await lifeWithoutHosts()
    expect(troubleOf(running)).toEqual([])
    expect(residue(running)).toEqual([])
    const callers = new Set(running.front.seen.map(({ caller }) => caller))
    process.stdout.write(`${running.front.seen.length} calls of ${callers.size} functions, each allowed by its role\n`)
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

  it.each(BREAKS)('does not get there without %s', async (_what, spoil, words) => {
    await expect(lifeWithoutHosts(spoil)).rejects.toThrow(words)
  })
})
