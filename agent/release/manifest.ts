import { readFile } from 'node:fs/promises'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { type Artifact, ArtifactManifest, kafkaArtifact } from '../../shared/host-protocol/artifacts.ts'
import { TerminalProblemError } from '../converge/step.ts'

/**
 * What the host's manifest says of a release. A manifest never changes on a host, so one that does not name the release is a case
 * for another launch template and not for another try.
 */
export async function releaseArtifact(manifestFile: string, version: KafkaVersion): Promise<Artifact> {
  const { artifacts } = ArtifactManifest.parse(JSON.parse(await readFile(manifestFile, 'utf8')))
  const found = artifacts.find(({ name }) => name === kafkaArtifact(version))
  if (found === undefined)
    throw new TerminalProblemError(`${manifestFile} of this host's launch template does not name Kafka ${version}`)
  return found
}
