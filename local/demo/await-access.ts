import { Admin } from '@platformatic/kafka'
import type { ClientAccess } from '../../cli/connect/client-files.ts'
import { systemClock } from '../../functions/adapters/system-clock.ts'
import { clientOptions } from './client-options.ts'

/** Kafka hands users and access rules on to its brokers within milliseconds; a slow machine takes longer. */
const LIMIT_MILLISECONDS = 15_000
const PAUSE_MILLISECONDS = 50

/**
 * Resolves when every broker lets the user see the topic. A new user is known to the controllers when it is answered, and
 * to each broker a moment later.
 */
export async function awaitAccess(access: ClientAccess, topic: string): Promise<void> {
  const until = systemClock.now() + LIMIT_MILLISECONDS
  await Promise.all(
    access.bootstrapServers.map((server) => letIn({ ...access, bootstrapServers: [server] }, topic, until)),
  )
}

async function letIn(access: ClientAccess, topic: string, until: number): Promise<void> {
  for (;;) {
    const admin = new Admin({ ...clientOptions(access), retries: 0 })
    try {
      await admin.metadata({ topics: [topic] })
      return
    } catch (error) {
      if (systemClock.now() > until) throw error
    } finally {
      await admin.close()
    }
    await systemClock.sleep(PAUSE_MILLISECONDS)
  }
}
