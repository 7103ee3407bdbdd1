import { z } from 'zod'
import type { KafkaVersion } from '../catalogue/kafka-versions.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'must be a SHA-256 in 64 hexadecimal digits')

/** A file that hosts fetch from the deployment's bucket. Its key holds its digest, so what is under a key never changes. */
export const Artifact = z.strictObject({
  name: z.string().regex(/^[a-z0-9][a-z0-9.-]*$/),
  version: z.string().min(1),
  key: z.string().min(1),
  sha256,
  bytes: z.int().min(1),
})
export type Artifact = z.output<typeof Artifact>

/**
 * Everything that a host needs beside its operating system. A host is told the digest of this document alone and learns all
 * others from it, so nothing runs on a host that was not in the bucket when its deployment was decided on.
 */
export const ArtifactManifest = z.strictObject({ artifacts: z.array(Artifact).min(1) })
export type ArtifactManifest = z.output<typeof ArtifactManifest>

/** The agent: one bundled file. */
export const AGENT_ARTIFACT = 'agent'

/** What runs the agent: an archive with `bin/node`. */
export const NODE_ARTIFACT = 'node-linux-x64'

/** The jars of a Kafka release: an archive without folders. */
export function kafkaArtifact(version: KafkaVersion): `kafka-${KafkaVersion}` {
  return `kafka-${version}`
}

/** Where in the bucket an artefact is; by the name a person finds it, by the digest it is itself. */
export function artifactKey(name: string, digest: string, extension: string): string {
  return `${name}/${digest}.${extension}`
}

/** Where in the bucket the manifest of a digest is. */
export function manifestKey(digest: string): string {
  return artifactKey('manifest', digest, 'json')
}
