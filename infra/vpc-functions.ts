import { routeGroups } from '../shared/contract/route-groups.ts'
import type { PortName } from '../shared/ports/ports.ts'
import { stepGroups } from '../workflows/step-groups.ts'
import type { EndpointService } from './network-config.ts'

/** Brokers have private addresses only: what talks to Kafka runs in their network, and nothing else does. */
export function isInVpc(needs: readonly PortName[]): boolean {
  return needs.includes('kafka')
}

/**
 * The services that a port calls: a function in the network reaches them through endpoints. Without a list, a port calls what
 * has no endpoint, and only functions outside may need it.
 */
const SERVICES_OF: Readonly<Record<PortName, readonly EndpointService[] | undefined>> = {
  clock: [],
  ids: [],
  log: [],
  // A request first gets a session for the rows of its tenant.
  store: ['dynamodb', 'sts'],
  workflows: ['states'],
  events: ['events'],
  kafka: ['kms'],
  certificates: ['kms'],
  hosts: ['ec2'],
  names: undefined,
  publicEntries: undefined,
  offering: [],
}

/** What is called from inside the network: by the needs of its functions, and by hosts, which call their API and fetch artefacts. */
export function servicesCalledFromInside(): ReadonlySet<EndpointService> {
  const inside = [...stepGroups(), ...routeGroups()].filter(({ needs }) => isInVpc(needs))
  return new Set<EndpointService>([
    's3',
    'execute-api',
    ...inside.flatMap(({ name, needs }) => needs.flatMap((need) => servicesOf(need, name))),
  ])
}

/** What a port calls from inside; an error where that cannot be. */
export function servicesOf(need: PortName, group: string): readonly EndpointService[] {
  const services = SERVICES_OF[need]
  if (!services)
    throw new Error(`${group} runs in the network of the hosts, from where the port ${need} reaches nothing`)
  return services
}
