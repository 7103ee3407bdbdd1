import { resolve } from 'node:path'
import { cdkContext, weirApp } from './weir-app.ts'

/** Writes the cloud assembly: to `cdk.out/`, or where the CDK's own command wants it. */
weirApp({
  context: cdkContext(),
  outdir: process.env.CDK_OUTDIR ?? resolve(import.meta.dirname, '../cdk.out'),
}).app.synth()
