/** What may differ from what was ordered, and which look finds it out: at the fleet, or at Kafka itself. */
export const DRIFT_KINDS = {
  MachineMissing: 'Fleet',
  MachineUnexpected: 'Fleet',
  MachineTypeDiffers: 'Fleet',
  VolumeMissing: 'Fleet',
  VolumeUnexpected: 'Fleet',
  VolumeSizeDiffers: 'Fleet',
  VolumeTypeDiffers: 'Fleet',
  VolumeNotEncrypted: 'Fleet',
  VolumeElsewhere: 'Fleet',
  AddressMissing: 'Fleet',
  AddressUnexpected: 'Fleet',
  RuleMissing: 'Fleet',
  RuleUnexpected: 'Fleet',
  KafkaClusterDiffers: 'Kafka',
  BrokerNotRegistered: 'Kafka',
  BrokerUnknown: 'Kafka',
  RackDiffers: 'Kafka',
  VotersDiffer: 'Kafka',
  VersionDiffers: 'Kafka',
  MetadataLevelDiffers: 'Kafka',
  SettingDiffers: 'Kafka',
  SettingOverridden: 'Kafka',
} as const satisfies Record<string, 'Fleet' | 'Kafka'>

/** A kind of difference. */
export type DriftKind = keyof typeof DRIFT_KINDS

/** All kinds, as a non-empty list for schemas. */
export const DRIFT_KIND_NAMES = Object.keys(DRIFT_KINDS) as [DriftKind, ...DriftKind[]]

/** Who was asked. */
export type DriftSide = (typeof DRIFT_KINDS)[DriftKind]

/** Something that is not as it was ordered, and that nobody of ours is changing. */
export interface Drift {
  readonly kind: DriftKind
  readonly nodeId?: number
  /** The setting of Kafka, or the range of clients, that differs. */
  readonly setting?: string
  /** The thing of the fleet, by the fleet's own id: for the log, because tenants know no machines. */
  readonly resourceId?: string
  /** In a sentence for people. */
  readonly detail: string
}

/** A difference that was told, and since when it has been seen. */
export interface ToldDrift extends Drift {
  readonly since: string
}

/** Two looks find the same difference where this text is the same. */
export function driftKey({ kind, nodeId, setting, resourceId }: Drift): string {
  return [kind, nodeId ?? '', setting ?? '', resourceId ?? ''].join('|')
}
