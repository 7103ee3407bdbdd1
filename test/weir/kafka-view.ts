import { join } from 'node:path'
import { certificateAuthority } from '../../functions/adapters/certificate-authority.ts'
import { kafkaCluster } from '../../functions/adapters/kafka/cluster.ts'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { fileAuthorityKeys } from '../../local/authority-keys.ts'
import { openSqliteStore } from '../../local/sqlite-store.ts'
import type { Kafka, KafkaTarget } from '../../shared/ports/kafka.ts'
import { kafkaTarget } from '../../shared/state/kafka-target.ts'
import { brokersOf, loadCluster } from '../../shared/state/load.ts'

const silent = { info: () => {}, warn: () => {}, error: () => {} }

/** A cluster of a running control plane as its Kafka tells of it, asked beside the control plane. */
export interface KafkaBeside {
  readonly kafka: Kafka
  readonly target: KafkaTarget
}

/** Reads from the home of a control plane how one of its clusters is reached, and with which certificate. */
export async function kafkaBeside(home: string, tenantId: string, clusterId: string): Promise<KafkaBeside> {
  const certificates = certificateAuthority({ keyStore: fileAuthorityKeys(home), clock: systemClock })
  const store = openSqliteStore(join(home, 'weir.sqlite'), { clock: systemClock })
  try {
    const cluster = (await loadCluster(store, tenantId, clusterId)).record
    const target = kafkaTarget(cluster, await brokersOf(store, tenantId, clusterId))
    return { kafka: kafkaCluster({ certificates, clock: systemClock, log: silent }), target }
  } finally {
    store.close()
  }
}
