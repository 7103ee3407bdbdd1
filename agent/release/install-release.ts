import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import type { Artifact } from '../../shared/host-protocol/artifacts.ts'
import { TerminalProblemError } from '../converge/step.ts'
import { runOrFail } from '../run-command.ts'
import { hasBroker } from './has-broker.ts'

/** Puts an artefact into a file, verified, or fails. */
export type Download = (artifact: Artifact, file: string) => Promise<void>

const BUILDING = '.fetching-'

/**
 * Makes the folder of a release from its archive. It appears whole and on disk, or not at all, whenever the host dies; what an
 * earlier attempt left behind goes first, because nobody else fetches on this host.
 */
export async function installRelease(
  releasesDir: string,
  version: KafkaVersion,
  artifact: Artifact,
  download: Download,
): Promise<void> {
  await mkdir(releasesDir, { recursive: true })
  const left = (await readdir(releasesDir)).filter((name) => name.startsWith(BUILDING))
  for (const name of left) await rm(join(releasesDir, name), { recursive: true })
  const building = await mkdtemp(join(releasesDir, BUILDING))
  try {
    const archive = join(building, 'release.tar.gz')
    const folder = join(building, version)
    await download(artifact, archive)
    await mkdir(folder)
    await runOrFail('tar', '--extract', '--gzip', '--no-same-owner', '--file', archive, '--directory', folder)
    if (!(await hasBroker(folder, version)))
      throw new TerminalProblemError(`the archive ${artifact.key} holds no Kafka ${version}`)
    await runOrFail('sync', '--file-system', folder)
    // Something that is no release may lie there: otherwise none would be fetched.
    await rm(join(releasesDir, version), { recursive: true, force: true })
    await rename(folder, join(releasesDir, version))
  } finally {
    await rm(building, { recursive: true, force: true })
  }
}
