import type { Clock } from '../../shared/ports/clock.ts'
import type { AgentConfig } from '../config.ts'
import { instanceCredentials } from '../instance/instance-credentials.ts'
import { createSigner } from '../instance/signer.ts'
import { download } from './download.ts'
import { releaseArtifact } from './manifest.ts'
import { type ReleaseFetch, releaseFetch } from './release-fetch.ts'

/** Fetches releases from the deployment's bucket with the role of this machine; nothing where the configuration names none. */
export function releaseSource(
  { artifacts, kafkaReleasesDir }: Pick<AgentConfig, 'artifacts' | 'kafkaReleasesDir'>,
  clock: Clock,
  onEnd: () => void,
): ReleaseFetch | undefined {
  if (artifacts === undefined) return undefined
  const { manifestFile, ...bucket } = artifacts
  const credentials = instanceCredentials(clock.now)
  const sign = createSigner({ service: 's3', region: bucket.region, credentials, now: clock.now })
  return releaseFetch({
    releasesDir: kafkaReleasesDir,
    artifactOf: (version) => releaseArtifact(manifestFile, version),
    download: (artifact, file, onBytes) => download(artifact, file, { bucket, sign, onBytes }),
    onEnd,
  })
}
