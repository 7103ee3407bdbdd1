import { defaultCacheDir, type FetchProgress, fetchKafka } from '../../agent/kafka/fetch.ts'
import { requireJava } from '../../agent/kafka/preflight.ts'
import type { WorkStage } from '../../cli/progress/show-work.ts'
import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'

/** Checks that this machine can run Kafka, and fetches the release unless it is in the cache; gives its folder of jars. */
export async function prepareKafka(stage: WorkStage, version: KafkaVersion, signal: AbortSignal): Promise<string> {
  await stage('Check for Java', () => requireJava())
  return stage(`Fetch Kafka ${version}`, async (display) => {
    const onProgress = (progress: FetchProgress) => display.lines([{ key: 'fetch', text: progressText(progress) }])
    try {
      return await fetchKafka(version, { cacheDir: defaultCacheDir(), onProgress, signal })
    } catch (error) {
      // Ctrl-C reaches Maven by itself, which then fails in its own words.
      signal.throwIfAborted()
      throw error
    }
  })
}

function progressText(progress: FetchProgress): string {
  switch (progress.step) {
    case 'cached':
      return 'it is in the cache'
    case 'downloading':
      return 'downloading by Maven; this happens once and may take some minutes'
    case 'verifying':
      return `verifying ${progress.jars} jars against their pinned checksums`
  }
}
