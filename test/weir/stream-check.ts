import { expect } from 'vitest'
import type { StreamCheck } from '../../local/check-stream/check.ts'
import { reportText } from '../../local/check-stream/report-text.ts'
import { startStreamCheck } from '../../local/check-stream/start.ts'
import type { TenantApi } from './api.ts'
import { type Door, streamAccess } from './stream-access.ts'

/**
 * Starts to write to the topic `stream` of a cluster (`public` through its public entry), as a user made for it, and to check that nothing is lost. `stop` also
 * prints the figures: what an operation costs the tenants' clients is worth a look even where the test holds.
 */
export async function streamCheck(
  api: TenantApi,
  clusterId: string,
  user = 'checker',
  door: Door = 'private',
): Promise<StreamCheck> {
  const access = await streamAccess(api, clusterId, user, door)
  const check = await startStreamCheck({ ...access, topics: [door === 'private' ? 'stream' : 'public'] })
  return {
    ...check,
    stop: async () => {
      const report = await check.stop()
      process.stdout.write(`${expect.getState().currentTestName}\n${reportText(report)}\n`)
      return report
    },
  }
}
