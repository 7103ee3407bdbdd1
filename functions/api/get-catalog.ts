import { INSTANCE_TYPE_NAMES, INSTANCE_TYPES } from '../../shared/catalogue/instance-types.ts'
import { KAFKA_VERSION_NAMES, KAFKA_VERSIONS, levelsOfRelease } from '../../shared/catalogue/kafka-versions.ts'
import { supportOf } from '../../shared/catalogue/support.ts'
import { AVAILABILITY_ZONES } from '../../shared/catalogue/zones.ts'
import type { ClusterSpec } from '../../shared/contract/cluster-spec.ts'
import { ROUTES } from '../../shared/contract/routes.ts'
import { CONTROLLER_COUNT } from '../../shared/placement/place-nodes.ts'
import { defineEndpoint } from './endpoint.ts'

const TOPOLOGIES = [
  {
    name: 'combined',
    description: 'Three hosts, each broker and controller, in one zone or in three',
    controllers: CONTROLLER_COUNT,
  },
  {
    name: 'dedicated',
    description: 'Three controllers of their own and at least three brokers, a multiple of the zones',
    controllers: CONTROLLER_COUNT,
  },
] as const satisfies readonly {
  readonly name: ClusterSpec['topology']
  readonly description: string
  readonly controllers: number
}[]

/** Shows what can be ordered. */
export const getCatalog = defineEndpoint({
  route: ROUTES.getCatalog,
  async handle(_request, { clock, offering }) {
    const now = clock.now()
    return {
      status: 200,
      body: {
        kafkaVersions: KAFKA_VERSION_NAMES.map((version) => {
          const { recommended, supportedFrom, supportedUntil } = KAFKA_VERSIONS[version]
          const { state } = supportOf(version, now)
          return {
            version,
            recommended,
            supportedFrom,
            supportedUntil,
            support: state,
            featureLevels: { ...levelsOfRelease(version) },
            nearEndOfSupport: state !== 'Supported',
          }
        }),
        instanceTypes: INSTANCE_TYPE_NAMES.map((name) => {
          const { vCpu, memoryGiB, volumeGiB } = INSTANCE_TYPES[name]
          return { name, vCpu, memoryGiB, volumeGiB: { ...volumeGiB } }
        }),
        availabilityZones: [...AVAILABILITY_ZONES],
        topologies: TOPOLOGIES.map((row) => ({ ...row })),
        publicAccess: offering.publicAccess,
      },
    }
  },
})
