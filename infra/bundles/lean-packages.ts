import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from 'esbuild'

/**
 * Whole namespaces are what a bundler cannot look into. Imported as a namespace, Zod comes with what is used of it: without its fifty
 * languages, and its JSON Schema only where documents are made.
 */
const zodByName: Plugin = {
  name: 'zod-by-name',
  setup(build) {
    build.onLoad({ filter: /\/(shared|workflows|functions)\/.*\.ts$/ }, ({ path }) => ({
      loader: 'ts',
      contents: readFileSync(path, 'utf8').replace(/^import \{([^}]*)\} from 'zod'$/m, (whole, names: string) =>
        /\bz\b/.test(names) ? `import * as z from 'zod'; import {${names.replace(/\bz\b,?/, '')}} from 'zod'` : whole,
      ),
    }))
  },
}

/**
 * The SDK writes its schemas with keys such as `[_xN]`, which could be anything to a bundler, so that it keeps all 700 commands of EC2
 * where we call 30. With the constants' own values in their place it sees that nothing happens there.
 */
const literalSchemaKeys: Plugin = {
  name: 'literal-schema-keys',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/dist-es\/schemas\/schemas_0\.js$/ }, ({ path }) => {
      const text = readFileSync(path, 'utf8')
      const values = new Map([...text.matchAll(/^const (\w+) = ("[^"]*");$/gm)].map(([, name, value]) => [name, value]))
      return { contents: text.replace(/\[(_\w+)\](?=:)/g, (key, name: string) => values.get(name) ?? key) }
    })
  },
}

/** Packages that only define things, which they do not say themselves: a module of theirs that nothing is used of may be left out. */
const WITHOUT_EFFECTS = /\/node_modules\/(@platformatic\/kafka|@peculiar\/asn1-[a-z0-9-]+)\//

/** So the Kafka client comes without its producer, its consumer, and its schema registries with Avro; X.509 without CMS and PKCS#12. */
const packagesInParts: Plugin = {
  name: 'packages-in-parts',
  setup(build) {
    build.onResolve({ filter: /^(@platformatic\/kafka$|@peculiar\/asn1-|\.)/ }, async (asked) => {
      const { path, importer, kind, resolveDir, pluginData } = asked
      if (pluginData === packagesInParts) return undefined
      if (path.startsWith('.') && !WITHOUT_EFFECTS.test(importer)) return undefined
      const resolved = await build.resolve(path, { importer, kind, resolveDir, pluginData: packagesInParts })
      return { ...resolved, sideEffects: false }
    })
  },
}

/** The checksum as the Kafka client has it in JavaScript, too, and nothing behind the names of the codecs. */
const NO_CODECS = `
export { jsCRC32C as crc32c } from '@platformatic/kafka'
const absent = () => { throw new Error('The bundle can neither read nor write LZ4 and Snappy.') }
export { absent as lz4Compress, absent as lz4Decompress, absent as snappyCompress, absent as snappyDecompress }
`

/**
 * The Kafka client brings 77 KB of WebAssembly for a checksum and two codecs. The only records that Weir reads are those of its canary,
 * and their topic is not compressed.
 */
const kafkaWithoutCodecs: Plugin = {
  name: 'kafka-without-codecs',
  setup(build) {
    build.onResolve({ filter: /^@platformatic\/wasm-utils$/ }, ({ resolveDir }) => ({
      path: 'codecs',
      namespace: 'absent',
      pluginData: { resolveDir },
    }))
    build.onLoad({ filter: /^codecs$/, namespace: 'absent' }, ({ pluginData }) => ({
      contents: NO_CODECS,
      resolveDir: pluginData.resolveDir,
    }))
  },
}

/**
 * Of each SDK client's `package.json` only the version is used, for the name that it calls itself; of pino no thread of its own, and of
 * the Kafka client no debug output, which an environment variable would turn on.
 */
const unusedExtras: Plugin = {
  name: 'unused-extras',
  setup(build) {
    build.onLoad({ filter: /@aws-sdk\/client-[^/]+\/package\.json$/ }, ({ path }) => ({
      loader: 'json',
      contents: JSON.stringify({ version: JSON.parse(readFileSync(path, 'utf8')).version }),
    }))
    build.onResolve({ filter: /^(thread-stream|debug)$/ }, ({ path }) => ({ path, namespace: 'unused' }))
    build.onLoad({ filter: /^thread-stream$/, namespace: 'unused' }, () => ({
      contents:
        "module.exports = class { constructor() { throw new Error('The bundle logs in the thread of the function.') } }",
    }))
    build.onLoad({ filter: /^debug$/, namespace: 'unused' }, () => ({
      contents: 'export default () => Object.assign(() => undefined, { enabled: false })',
    }))
  },
}

/** What the SDK looks for when the environment of a function had no credentials, which it always has. */
const OTHER_CREDENTIALS =
  /^(@aws-sdk\/credential-provider-(sso|ini|process|login|web-identity|http)|@smithy\/credential-provider-imds)$/

const credentialsOfTheEnvironment: Plugin = {
  name: 'credentials-of-the-environment',
  setup(build) {
    build.onResolve({ filter: OTHER_CREDENTIALS }, ({ importer }) =>
      importer.includes('/@aws-sdk/credential-provider-node/')
        ? { path: join(import.meta.dirname, 'no-credentials.ts') }
        : undefined,
    )
  },
}

/** What makes packages smaller in the bundle of the functions without another behaviour of what is used of them. */
export const LEAN_PACKAGES: readonly Plugin[] = [
  zodByName,
  literalSchemaKeys,
  packagesInParts,
  kafkaWithoutCodecs,
  unusedExtras,
  credentialsOfTheEnvironment,
]
