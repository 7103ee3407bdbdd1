import { z } from 'zod'
import {
  ClusterSpec,
  Deletion,
  DiskAutoscaling,
  LabelName,
  LabelValue,
  MAX_BROKERS,
  MaintenanceWindow,
  Network,
  Schedule,
} from './cluster-spec.ts'
import { alsoShownAs } from './primitives.ts'

const { name, kafkaVersion, topology, brokers, availabilityZones, deletionProtection } = ClusterSpec.shape
const { count, instanceType, volumeGiB } = brokers.shape

/** A field with a default in a merge patch: absent leaves it as it is, null gives it its default again. */
const patched = <S extends z.ZodType>(schema: S) => schema.nullable().optional()

/**
 * A change of what was ordered, as a merge patch (RFC 7396). Here only the shape of each field is checked; the rules
 * between the fields are held against what the patch makes of the order.
 */
export const ClusterPatch = z
  .strictObject({
    name: name.optional(),
    kafkaVersion: patched(kafkaVersion.unwrap()),
    topology: topology.optional(),
    brokers: z
      .strictObject({
        count: patched(count.unwrap()),
        instanceType: patched(instanceType.unwrap()),
        volumeGiB: volumeGiB.optional(),
        removeNodeIds: z
          .array(z.int().min(0).max(99_999))
          .min(1)
          .max(MAX_BROKERS)
          .refine((ids) => new Set(ids).size === ids.length, {
            error: 'must not name a broker twice',
            params: { rule: 'unique' },
          })
          .optional()
          .meta({
            description:
              'With a smaller count: which brokers go; as many as the count leaves out, and all zones must keep the same number. Absent: the newest of each zone',
            override: alsoShownAs({ uniqueItems: true }),
          }),
      })
      .optional(),
    availabilityZones: patched(availabilityZones.unwrap()),
    network: patched(
      z.strictObject({
        access: patched(Network.shape.access.unwrap()),
        securityGroups: patched(Network.shape.securityGroups.unwrap()),
      }),
    ),
    config: patched(z.record(z.string(), z.string().nullable())),
    labels: patched(z.record(LabelName, LabelValue.nullable())),
    deletionProtection: patched(deletionProtection.unwrap()),
    deletion: patched(z.strictObject({ keepDays: patched(Deletion.shape.keepDays.unwrap()) })),
    schedule: patched(Schedule.partial()),
    maintenanceWindow: patched(MaintenanceWindow.partial()),
    diskAutoscaling: patched(
      z.strictObject({
        plannedAtPercent: patched(DiskAutoscaling.shape.plannedAtPercent.unwrap()),
        emergencyAtPercent: patched(DiskAutoscaling.shape.emergencyAtPercent.unwrap()),
        limitGiB: DiskAutoscaling.shape.limitGiB.optional(),
      }),
    ),
  })
  .meta({
    id: 'ClusterPatch',
    description: 'A merge patch (RFC 7396); null gives a field that has a default this default again',
  })
export type ClusterPatch = z.output<typeof ClusterPatch>
