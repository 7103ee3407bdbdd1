import { createHash } from 'node:crypto'
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import {
  AGENT_ARTIFACT,
  type Artifact,
  type ArtifactManifest,
  artifactKey,
  kafkaArtifact,
  manifestKey,
  NODE_ARTIFACT,
} from '../../shared/host-protocol/artifacts.ts'
import { sha256Of } from './digest.ts'
import { makeAgent } from './make-agent.ts'
import { makeKafka } from './make-kafka.ts'
import { makeNode } from './make-node.ts'

/** What was made, below a folder in which every file lies under its key. */
export interface MadeArtifacts {
  readonly folder: string
  readonly artifacts: readonly Artifact[]
  readonly manifestSha256: string
}

/** Makes everything that hosts fetch, and the manifest that names all of it with its digest. The same sources give the same bytes. */
export async function makeArtifacts(
  folder: string,
  kafkaVersions: readonly KafkaVersion[],
  onMade: (artifact: Artifact) => void = () => undefined,
): Promise<MadeArtifacts> {
  await mkdir(folder, { recursive: true })
  const artifacts: Artifact[] = []
  const add = async (name: string, extension: string, make: (file: string) => Promise<string>): Promise<void> => {
    const building = join(folder, `.${name}.${process.pid}.${extension}`)
    const version = await make(building)
    const sha256 = await sha256Of(building)
    const key = artifactKey(name, sha256, extension)
    await mkdir(dirname(join(folder, key)), { recursive: true })
    await rename(building, join(folder, key))
    const made = { name, version, key, sha256, bytes: (await stat(join(folder, key))).size }
    artifacts.push(made)
    onMade(made)
  }

  await add(AGENT_ARTIFACT, 'mjs', makeAgent)
  await add(NODE_ARTIFACT, 'tar.gz', makeNode)
  for (const version of kafkaVersions) {
    await add(kafkaArtifact(version), 'tar.gz', async (file) => {
      await makeKafka(version, file)
      return version
    })
  }

  const manifest: ArtifactManifest = { artifacts }
  const text = `${JSON.stringify(manifest, undefined, 2)}\n`
  const manifestSha256 = createHash('sha256').update(text).digest('hex')
  const file = join(folder, manifestKey(manifestSha256))
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  return { folder, artifacts, manifestSha256 }
}
