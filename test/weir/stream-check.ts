import { expect } from 'vitest'
import type { StreamCheck } from '../../local/check-stream/check.ts'
import { reportText } from '../../local/check-stream/report-text.ts'
import { startStreamCheck } from '../../local/check-stream/start.ts'
import type { TenantApi } from './api.ts'
import { streamAccess } from './stream-access.ts'

/**
 * Starts to write to the topic `stream` of a cluster, as a user made for it, and to check that nothing is lost. `stop` also
 * prints the figures: what an operation costs the tenants' clients is worth a look even where the test holds.
 */
export async function streamCheck(api: TenantApi, clusterId: string, user = 'checker'): Promise<StreamCheck> {
  const check = await startStreamCheck({ ...(await streamAccess(api, clusterId, user)), topics: ['stream'] })
  return {
    ...check,
    stop: async () => {
      const report = await check.stop()
      process.stdout.write(`${expect.getState().currentTestName}\n${reportText(report)}\n`)
      return report
    },
  }
}
