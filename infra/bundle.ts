import { join, resolve } from 'node:path'
import { AssetHashType, DockerImage } from 'aws-cdk-lib'
import { Code } from 'aws-cdk-lib/aws-lambda'
import { buildSync } from 'esbuild'
import type { FunctionKind } from '../shared/deployment/environment.ts'

const ROOT = resolve(import.meta.dirname, '..')

/** The entry point of each kind of function, by path: infrastructure never imports what it deploys. */
export const ENTRIES = {
  api: 'functions/lambda/entries/api.ts',
  authorizer: 'functions/lambda/entries/authorizer.ts',
  steps: 'functions/lambda/entries/steps.ts',
  changes: 'functions/lambda/entries/changes.ts',
  sweep: 'functions/lambda/entries/sweep.ts',
  hostApi: 'functions/lambda/entries/host-api.ts',
} as const satisfies Record<FunctionKind, string>

/** Some bundled packages are CommonJS and ask for Node's own modules with `require`, which a module does not have. */
const REQUIRE = "import{createRequire as weirRequire}from'node:module';const require=weirRequire(import.meta.url);"

/**
 * Writes one bundle of all kinds: `api.mjs`, `steps.mjs` and so on, and the chunks that they share or load only where a
 * function uses them (the Kafka client, each SDK client). The same sources always give the same bytes.
 */
export function writeBundle(outputDirectory: string): void {
  buildSync({
    absWorkingDir: ROOT,
    entryPoints: ENTRIES,
    outdir: outputDirectory,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    minify: true,
    // Errors are told apart by the names of their classes in the logs.
    keepNames: true,
    legalComments: 'none',
    banner: { js: REQUIRE },
    // The main entry of this package reads a file beside itself, which no bundler finds; this one has it inside.
    alias: { '@platformatic/wasm-utils': '@platformatic/wasm-utils/bundled' },
    // An optional native accelerator; without it the WebAssembly above is used.
    external: ['@node-rs/crc32'],
    logLevel: 'warning',
  })
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
