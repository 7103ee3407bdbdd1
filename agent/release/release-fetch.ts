import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import type { Artifact } from '../../shared/host-protocol/artifacts.ts'
import { TerminalProblemError } from '../converge/step.ts'
import { type Download, installRelease } from './install-release.ts'

/** Where releases come from, and where they go. */
export interface ReleaseFetchParts {
  readonly releasesDir: string
  readonly artifactOf: (version: KafkaVersion) => Promise<Artifact>
  readonly download: (artifact: Artifact, file: string, onBytes: (bytes: number) => void) => Promise<void>
  /** A fetch has come to its end. */
  readonly onEnd: () => void
}

/** Tells how far the fetch of a release is, in words, and begins one where none runs; throws what the last one failed with. */
export type ReleaseFetch = (version: KafkaVersion) => string

interface Fetch {
  readonly version: KafkaVersion
  percent: number
  state: { readonly kind: 'Running' | 'Done' } | { readonly kind: 'Failed'; readonly error: unknown }
}

// Each step is a line of the log and a report.
const percentSteps = 10

/** Fetches one release at a time beside everything else that the host does. */
export function releaseFetch({ releasesDir, artifactOf, download, onEnd }: ReleaseFetchParts): ReleaseFetch {
  let last: Fetch | undefined

  async function run(fetch: Fetch): Promise<void> {
    const measured: Download = (artifact, file) =>
      download(artifact, file, (bytes) => {
        fetch.percent = Math.floor((bytes / artifact.bytes) * percentSteps) * (100 / percentSteps)
      })
    try {
      await installRelease(releasesDir, fetch.version, await artifactOf(fetch.version), measured)
      fetch.state = { kind: 'Done' }
    } catch (error) {
      fetch.state = { kind: 'Failed', error }
    }
    onEnd()
  }

  return (version) => {
    if (last?.version === version && last.state.kind === 'Failed') {
      const { error } = last.state
      // What cannot succeed is not tried again by this agent; everything else is, after the pause that follows a failure.
      if (!(error instanceof TerminalProblemError)) last = undefined
      throw error
    }
    if (last?.state.kind !== 'Running') {
      last = { version, percent: 0, state: { kind: 'Running' } }
      void run(last)
    }
    return `Kafka ${last.version} is being fetched: ${last.percent} %`
  }
}
