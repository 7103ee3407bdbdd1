import { execFileSync } from 'node:child_process'
import { join, resolve } from 'node:path'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import type { FunctionKind } from '../shared/deployment/environment.ts'

const ROOT = resolve(import.meta.dirname, '..')

/** Writes one bundle of all kinds of function, in a process of its own: the CDK wants it within one call. */
export function writeBundle(outputDirectory: string): void {
  const write = join(import.meta.dirname, 'bundles/write-bundle.ts')
  execFileSync(process.execPath, [write, outputDirectory], { stdio: ['ignore', 'inherit', 'inherit'] })
}

/** The handler of a kind within the bundle. */
export function handlerOf(kind: FunctionKind): string {
  return `${kind}.handler`
}

/** The code of all functions as one asset, bundled here and without Docker when the app is synthesized. */
export function functionCode(): Code {
  return Code.fromAsset(join(ROOT, 'functions'), {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      image: DockerImage.fromRegistry('unused'),
      local: {
        tryBundle: (outputDirectory) => {
          writeBundle(outputDirectory)
          return true
        },
      },
    },
  })
}
