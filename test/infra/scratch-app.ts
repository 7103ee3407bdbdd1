import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { onTestFinished } from 'vitest'

/** An app of the CDK whose folder goes with the test: left to itself, each leaves one behind. */
export function scratchApp(context: Record<string, unknown> = {}): App {
  const outdir = mkdtempSync(join(tmpdir(), 'weir-scratch-app-'))
  onTestFinished(() => rmSync(outdir, { recursive: true, force: true }))
  return new App({ context, outdir, analyticsReporting: false })
}
