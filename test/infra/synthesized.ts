import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Stack, Validations } from 'aws-cdk-lib'
import { z } from 'zod'
import type { DeploymentConfig } from '../../infra/config.ts'
import { cdkContext, weirApp } from '../../infra/weir-app.ts'

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
})
export type Resource = z.output<typeof Resource>

const Accepted = z.record(z.string(), z.string())

const Template = z.object({
  Resources: z.record(z.string(), Resource),
  Outputs: z.record(z.string(), z.looseObject({ Export: z.unknown().optional() })).default({}),
})

/** One resource of a template with its logical id. */
export interface Named extends Resource {
  readonly id: string
}

/** A synthesized deployment, read back from the files that a deployment takes. */
export interface Synthesized {
  readonly directory: string
  readonly config: DeploymentConfig
  /** All resources of a type, of all stacks. */
  all(type: string): readonly Named[]
  byId(id: string): Named
  /** What a stack is called, as it is deployed: `weir-dev-` and this. */
  stackOf(id: string): string
  /** The stacks that cannot be deleted before somebody has allowed it. */
  readonly protectedStacks: readonly string[]
  /** The stacks from which others import, and so which cannot change what they export. */
  readonly importedStacks: readonly string[]
  /** The findings of the rule pack that were accepted, as the assembly records them. */
  readonly accepted: readonly { readonly rule: string; readonly reason: string }[]
  remove(): void
}

/** What hosts of the tested deployment start from. */
export const MANIFEST_SHA256 = 'ab'.repeat(32)

/** Synthesizes the deployment as `npm run synth` does, with hosts, into a folder of its own. */
export function synthesize(fields: Readonly<Record<string, unknown>> = {}): Synthesized {
  const directory = mkdtempSync(join(tmpdir(), 'weir-assembly-'))
  const context = cdkContext()
  const weir = { ...Object(context.weir), hosts: { artifactsManifestSha256: MANIFEST_SHA256 }, ...fields }
  const { app, config } = weirApp({ context: { ...context, weir }, outdir: directory })
  app.synth()
  const read = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'))
  const prefix = `weir-${config.stage}-`
  const resources = app.node.children.filter(Stack.isStack).flatMap(({ templateFile, stackName }) =>
    Object.entries(Template.parse(read(templateFile)).Resources).map(([id, resource]) => ({
      stack: stackName.replace(prefix, ''),
      named: { id, ...resource } satisfies Named,
    })),
  )
  const found = (id: string) => {
    const resource = resources.find(({ named }) => named.id === id)
    if (!resource) throw new Error(`the templates have no resource ${id}`)
    return resource
  }
  return {
    directory,
    config,
    all: (type) => resources.flatMap(({ named }) => (named.Type === type ? [named] : [])),
    byId: (id) => found(id).named,
    stackOf: (id) => found(id).stack,
    protectedStacks: app.node.children
      .filter(Stack.isStack)
      .filter(({ terminationProtection }) => terminationProtection)
      .map(({ stackName }) => stackName.replace(prefix, '')),
    importedStacks: app.node.children
      .filter(Stack.isStack)
      .filter(({ templateFile }) =>
        Object.values(Template.parse(read(templateFile)).Outputs).some(({ Export }) => Export),
      )
      .map(({ stackName }) => stackName.replace(prefix, '')),
    accepted: app.node.findAll().flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries(Accepted.parse(data)))
        .map(([rule, reason]) => ({ rule, reason })),
    ),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}
