import type { Certificates } from './certificates.ts'
import type { Clock } from './clock.ts'
import type { EventBus } from './event-bus.ts'
import type { HostFleet } from './hosts.ts'
import type { Ids } from './ids.ts'
import type { Kafka } from './kafka.ts'
import type { Log } from './log.ts'
import type { Names } from './names.ts'
import type { Offering } from './offering.ts'
import type { PublicEntries } from './public-entries.ts'
import type { Store } from './store.ts'
import type { Workflows } from './workflows.ts'

/** The world as steps and endpoints may know it. Each names the ports it needs; that list is its type and its IAM grant. */
export interface Ports {
  readonly clock: Clock
  readonly ids: Ids
  readonly log: Log
  readonly store: Store
  readonly workflows: Workflows
  readonly hosts: HostFleet
  readonly names: Names
  readonly publicEntries: PublicEntries
  readonly kafka: Kafka
  readonly certificates: Certificates
  readonly events: EventBus
  readonly offering: Offering
}

/** The name of a port. */
export type PortName = keyof Ports

/** The ports of a list of names. */
export type Needed<N extends PortName> = Pick<Ports, N>
