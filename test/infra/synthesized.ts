import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validations } from 'aws-cdk-lib'
import { z } from 'zod'
import type { DeploymentConfig } from '../../infra/config.ts'
import { cdkContext, weirApp } from '../../infra/weir-app.ts'
import { FLEET } from './fleet-settings.ts'

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
})
export type Resource = z.output<typeof Resource>

const Accepted = z.record(z.string(), z.string())

const Template = z.object({ Resources: z.record(z.string(), Resource) })

/** One resource of a template with its logical id. */
export interface Named extends Resource {
  readonly id: string
}

/** A synthesized deployment, read back from the files that a deployment takes. */
export interface Synthesized {
  readonly directory: string
  readonly config: DeploymentConfig
  /** All resources of a type, of both stacks. */
  all(type: string): readonly Named[]
  byId(id: string): Named
  /** The findings of the rule pack that were accepted, as the assembly records them. */
  readonly accepted: readonly { readonly rule: string; readonly reason: string }[]
  remove(): void
}

/** Synthesizes the deployment as `npm run synth` does, with a fleet, into a folder of its own. */
export function synthesize(): Synthesized {
  const directory = mkdtempSync(join(tmpdir(), 'weir-assembly-'))
  const { app, config, data, controlPlane } = weirApp({ context: withFleet(cdkContext()), outdir: directory })
  app.synth()
  const read = (file: string): unknown => JSON.parse(readFileSync(join(directory, file), 'utf8'))
  const resources = [data, controlPlane].flatMap(({ templateFile }) =>
    Object.entries(Template.parse(read(templateFile)).Resources).map(([id, resource]): Named => ({ id, ...resource })),
  )
  return {
    directory,
    config,
    all: (type) => resources.filter(({ Type }) => Type === type),
    byId: (id) => {
      const found = resources.find((resource) => resource.id === id)
      if (!found) throw new Error(`the templates have no resource ${id}`)
      return found
    },
    accepted: app.node.findAll().flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries(Accepted.parse(data)))
        .map(([rule, reason]) => ({ rule, reason })),
    ),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

function withFleet(context: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return { ...context, weir: { ...Object(context.weir), fleet: FLEET } }
}
