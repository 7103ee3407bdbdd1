import { join } from 'node:path'
import { certificateAuthority } from '../functions/adapters/certificate-authority.ts'
import { kafkaCluster } from '../functions/adapters/kafka/cluster.ts'
import { noNames } from '../functions/adapters/no-names.ts'
import { pinoLog } from '../functions/adapters/pino-log.ts'
import { systemClock } from '../functions/adapters/system-clock.ts'
import { ulidIds } from '../functions/adapters/ulid-ids.ts'
import type { Ports } from '../shared/ports/ports.ts'
import type { Engine } from './asl/engine.ts'
import { fileAuthorityKeys } from './authority-keys.ts'
import { engineWorkflows } from './engine-workflows.ts'
import { bundleAgent } from './hosts/bundle-agent.ts'
import { type Issuer, openIssuer } from './issuer.ts'
import { type LocalEntries, localEntries } from './local-entries.ts'
import { localEvents } from './local-events.ts'
import { type LocalFleet, openLocalFleet } from './local-fleet.ts'
import { openRotatingLog } from './rotating-log.ts'
import type { LocalSettings } from './settings.ts'
import { openSqliteStore, type SqliteStore } from './sqlite-store.ts'

/** The ports of the local mode, with what only this composition knows about some of them. */
export interface LocalPorts extends Ports {
  readonly store: SqliteStore
  readonly hosts: LocalFleet
  readonly publicEntries: LocalEntries
}

/** Builds every port for one machine. The engine and the address of the hosts' API come later, because they need the ports. */
export async function openLocalPorts(
  settings: LocalSettings,
  later: { readonly engine: () => Engine; readonly controlPlaneUrl: () => string },
): Promise<{ ports: LocalPorts; issuer: Issuer }> {
  const { home, loopbackRange, kafkaReleasesDir, volumeChangesPerDay, hostOverrides, logLevel } = settings
  const clock = systemClock
  const ids = ulidIds(clock)
  const log = pinoLog({}, { level: logLevel, stream: openRotatingLog(join(home, 'weir.log')) })
  const issuer = await openIssuer(home)
  const certificates = certificateAuthority({ keyStore: fileAuthorityKeys(home), clock })
  const ports: LocalPorts = {
    clock,
    ids,
    log,
    store: openSqliteStore(join(home, 'weir.sqlite'), { clock }),
    workflows: engineWorkflows(later.engine),
    hosts: openLocalFleet({
      home,
      ids,
      issuer,
      loopbackRange,
      kafkaReleasesDir,
      volumeRule: volumeChangesPerDay === undefined ? undefined : { changesPerDay: volumeChangesPerDay, clock },
      agentFile: await bundleAgent(home),
      hostOverrides,
      controlPlaneUrl: later.controlPlaneUrl,
    }),
    names: noNames(),
    publicEntries: localEntries(join(home, 'public-entries.json')),
    kafka: kafkaCluster({ certificates, clock, log }),
    certificates,
    events: localEvents(),
    offering: { publicAccess: true },
  }
  return { ports, issuer }
}
