import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DeploymentConfig } from '../config.ts'
import { cdkContext, weirApp } from '../weir-app.ts'

/** A deployment's assembly in a folder of its own, which `remove` takes away. */
export interface SynthesizedAssembly {
  readonly directory: string
  readonly config: DeploymentConfig
  remove(): void
}

/** Synthesizes what the context describes, so that nobody reads an older `cdk.out`. */
export function synthesizedAssembly(context: Record<string, unknown> = cdkContext()): SynthesizedAssembly {
  const directory = mkdtempSync(join(tmpdir(), 'weir-assembly-'))
  const { app, config } = weirApp({ context, outdir: directory })
  app.synth()
  return { directory, config, remove: () => rmSync(directory, { recursive: true, force: true }) }
}
