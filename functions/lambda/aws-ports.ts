import type { Environment } from '../../shared/deployment/environment.ts'
import type { HostFleet } from '../../shared/ports/hosts.ts'
import type { PortName, Ports } from '../../shared/ports/ports.ts'
import type { Store } from '../../shared/ports/store.ts'
import { absentPort } from '../adapters/absent-port.ts'
import { noNames } from '../adapters/no-names.ts'
import { noPublicEntries } from '../adapters/no-public-entries.ts'
import { pinoLog } from '../adapters/pino-log.ts'
import { systemClock } from '../adapters/system-clock.ts'
import { ulidIds } from '../adapters/ulid-ids.ts'

/** What ports are built from: the environment of any kind of function; what only some kinds have is optional. */
type Settings = Pick<Environment<'api'>, 'WEIR_FUNCTION' | 'WEIR_PORTS' | 'WEIR_LOG_LEVEL'> &
  Partial<Pick<Environment<'changes'>, 'WEIR_TABLE' | 'WEIR_STATE_MACHINE_ARN_PREFIX' | 'WEIR_EVENT_BUS'>> &
  Partial<Pick<Environment<'api'>, 'WEIR_PUBLIC_ACCESS'>> &
  Partial<
    Pick<
      Environment<'steps'>,
      'WEIR_AUTHORITY_KEY_ARN' | 'WEIR_PRIVATE_CA_ARN' | 'WEIR_FLEET' | 'WEIR_DNS' | 'WEIR_PUBLIC_ENTRY'
    >
  >

/** What each port is built from, and with which of the others. */
type Builders = { readonly [N in PortName]: (settings: Settings, openStore: OpenStore) => Promise<Ports[N]> }

/** Opens the table as whoever calls may reach it. */
export type OpenStore = (settings: Settings) => Promise<Store>

const NO_FLEET = 'This deployment was not told where hosts run: its configuration has no fleet'

// An adapter is loaded only where it is needed: most functions start without the Kafka client and most SDK clients.
const BUILDERS: Builders = {
  clock: async () => systemClock,
  ids: async () => ulidIds(systemClock),
  log: async (settings) => logOf(settings),
  store: async (settings, openStore) => openStore(settings),
  workflows: async ({ WEIR_STATE_MACHINE_ARN_PREFIX: stateMachineArnPrefix }) => {
    const { stepFunctions } = await import('../adapters/step-functions.ts')
    return stepFunctions({ stateMachineArnPrefix: given(stateMachineArnPrefix, 'WEIR_STATE_MACHINE_ARN_PREFIX') })
  },
  events: async ({ WEIR_EVENT_BUS: busName }) => {
    const { eventBridge } = await import('../adapters/event-bridge.ts')
    return eventBridge({ busName: given(busName, 'WEIR_EVENT_BUS'), clock: systemClock })
  },
  kafka: async (settings, openStore) => {
    const { kafkaCluster } = await import('../adapters/kafka/cluster.ts')
    const certificates = await BUILDERS.certificates(settings, openStore)
    return kafkaCluster({ certificates, clock: systemClock, log: logOf(settings) })
  },
  hosts: async ({ WEIR_FLEET: fleet }) => {
    if (!fleet) return absentPort<HostFleet>(NO_FLEET)
    const { ec2Fleet } = await import('../adapters/ec2/fleet.ts')
    const { stage, ...settings } = fleet
    return ec2Fleet({ stage, settings, clock: systemClock })
  },
  names: async ({ WEIR_DNS: dns, WEIR_PUBLIC_ENTRY: publicDns }) => {
    if (!dns && !publicDns) return noNames()
    const { route53Names } = await import('../adapters/route53/names.ts')
    return route53Names({ dns, publicDns })
  },
  offering: async ({ WEIR_PUBLIC_ACCESS: publicAccess }) => ({ publicAccess: publicAccess === 'offered' }),
  publicEntries: async ({ WEIR_PUBLIC_ENTRY: entry }) => {
    if (!entry) return noPublicEntries()
    const { elbEntries } = await import('../adapters/elb/entries.ts')
    const { stage, ...settings } = entry
    return elbEntries({ stage, settings, clock: systemClock })
  },
  certificates: async (settings, openStore) => {
    const { certificateAuthority } = await import('../adapters/certificate-authority.ts')
    const { kmsAuthorityKeys } = await import('../adapters/kms-authority-keys.ts')
    const keyArn = given(settings.WEIR_AUTHORITY_KEY_ARN, 'WEIR_AUTHORITY_KEY_ARN')
    const keyStore = kmsAuthorityKeys({ keyArn, store: await openStore(settings) })
    const arn = settings.WEIR_PRIVATE_CA_ARN
    if (arn === undefined) return certificateAuthority({ keyStore, clock: systemClock })
    const { privateCaOf } = await import('../adapters/private-ca/private-ca-of.ts')
    const certify = privateCaOf({ arn, clock: systemClock, environment: process.env })
    return certificateAuthority({ keyStore, clock: systemClock, certify })
  },
}

/** One client for all ports of a function that read the table. */
const openTables = new Map<string, Promise<Store>>()

const openTable: OpenStore = async ({ WEIR_TABLE }) => {
  const tableName = given(WEIR_TABLE, 'WEIR_TABLE')
  const opened =
    openTables.get(tableName) ??
    import('../adapters/dynamo-table.ts').then(({ openDynamoTable }) => openDynamoTable(tableName, systemClock))
  openTables.set(tableName, opened)
  return opened
}

/**
 * The ports of a deployed function: those that its environment lists, which are those that its role has grants for. Any
 * other is there in name only and fails at its first use, before AWS would refuse it. The store is the whole table, unless
 * another is opened.
 */
export async function awsPorts(settings: Settings, openStore: OpenStore = openTable): Promise<Ports> {
  const build = async <N extends PortName>(name: N): Promise<Ports[N]> =>
    settings.WEIR_PORTS.includes(name)
      ? BUILDERS[name](settings, openStore)
      : absentPort<Ports[N]>(`The function ${settings.WEIR_FUNCTION} was not given the port ${name}`)
  return {
    clock: await build('clock'),
    ids: await build('ids'),
    log: await build('log'),
    store: await build('store'),
    workflows: await build('workflows'),
    events: await build('events'),
    kafka: await build('kafka'),
    hosts: await build('hosts'),
    names: await build('names'),
    publicEntries: await build('publicEntries'),
    certificates: await build('certificates'),
    offering: await build('offering'),
  }
}

function logOf({ WEIR_FUNCTION, WEIR_LOG_LEVEL }: Settings) {
  return pinoLog({ function: WEIR_FUNCTION }, { level: WEIR_LOG_LEVEL })
}

function given(value: string | undefined, variable: string): string {
  if (value === undefined) throw new Error(`this kind of function has no ${variable}`)
  return value
}
