import type { KafkaVersion } from '../../shared/catalogue/kafka-versions.ts'
import { UPGRADE_PATHS } from '../../shared/catalogue/upgrade-paths.ts'
import { compareWithBareRestarts } from './roll.ts'

/**
 * `npm run bench -- upgrade`: the next release on all three nodes, from the call to the end of the operation, against the sum of
 * bare restarts of the same nodes onto the same new release: SIGTERM, start, until the node is in every ISR again. What Weir does
 * beside: it puts the release on every host, shows it what it would start with, asks its gates before each stop, waits until each
 * node was seen in sync three times in a row, asks each listener for the release, and proves each broker with a record.
 */
export async function benchUpgrade(from: KafkaVersion): Promise<void> {
  const [to] = UPGRADE_PATHS[from]
  if (to === undefined) throw new Error(`no release comes after ${from}`)
  await compareWithBareRestarts({
    title: `upgrade ${from} to ${to} combined`,
    version: from,
    order: async ({ api }, clusterId) => {
      const params = { clusterId }
      const { body } = await api.call('patchCluster', { params, body: { kafkaVersion: to }, ifMatch: '*' })
      if (!('target' in body)) throw new TypeError('there was nothing to upgrade')
      return body.id
    },
  })
}
