import type { Cloud, Thing } from './cloud.ts'
import { type Query, Refusal, tagSet, type Xml } from './query.ts'

const DAY_MILLISECONDS = 86_400_000

/** EBS takes so many changes of a volume within a day. */
const MOST_CHANGES_A_DAY = 4

/** A volume, what holds it, and how it was changed. */
export interface VolumeInCloud extends Thing {
  readonly zone: string
  readonly encrypted: boolean
  readonly type: string
  sizeGiB: number
  broken: boolean
  deletedAt: number | undefined
  holder: { readonly instanceId: string; readonly device: string; readonly since: number } | undefined
  readonly changes: { readonly from: number; readonly to: number; readonly at: number }[]
}

/** What volumes must know of a machine. */
export interface Holder {
  readonly zone: string
  readonly state: string
}

/** The volumes of the cloud. */
export interface Volumes {
  readonly volumes: Map<string, VolumeInCloud>
  readonly actions: Readonly<Record<string, (query: Query) => Xml>>
  /** Every volume that a machine held is free. */
  release(instanceId: string): void
}

/** Opens a store of volumes; `holder` finds a visible machine. */
export function openVolumes(cloud: Cloud, holder: (instanceId: string) => Holder): Volumes {
  const { pace, now } = cloud
  const all = new Map<string, VolumeInCloud>()
  const notFound = 'InvalidVolume.NotFound'
  /** Those that are not gone; one that is stays known for its client token only. */
  const existing = () =>
    new Map([...all].filter(([, { deletedAt }]) => deletedAt === undefined || now() < deletedAt + pace.volumeGoneAfter))
  const named = (query: Query) => cloud.named(existing(), query.text('VolumeId'), notFound)

  const stateOf = (volume: VolumeInCloud): string => {
    if (volume.deletedAt !== undefined) return 'deleting'
    if (volume.broken) return 'error'
    if (volume.holder) return 'in-use'
    return now() < volume.madeAt + pace.volumeAvailableAfter ? 'creating' : 'available'
  }
  const changeState = (at: number): string => {
    if (now() < at + pace.optimizingAfter) return 'modifying'
    return now() < at + pace.completedAfter ? 'optimizing' : 'completed'
  }
  const sizeOf = ({ sizeGiB, changes }: VolumeInCloud): number => {
    const last = changes.at(-1)
    return last && changeState(last.at) === 'modifying' ? last.from : sizeGiB
  }
  const shown = (volume: VolumeInCloud): Xml => ({
    volumeId: volume.id,
    size: sizeOf(volume),
    availabilityZone: volume.zone,
    status: stateOf(volume),
    encrypted: volume.encrypted,
    volumeType: volume.type,
    createTime: new Date(volume.madeAt).toISOString(),
    tagSet: tagSet(volume.tags),
    attachmentSet: volume.holder
      ? [
          {
            volumeId: volume.id,
            instanceId: volume.holder.instanceId,
            device: volume.holder.device,
            status: now() < volume.holder.since + pace.attachedAfter ? 'attaching' : 'attached',
          },
        ]
      : [],
  })
  const shownChange = (volume: VolumeInCloud): Xml => {
    const last = volume.changes.at(-1)
    if (!last) return undefined
    return {
      volumeId: volume.id,
      originalSize: last.from,
      targetSize: last.to,
      modificationState: changeState(last.at),
      progress: Math.min(100, Math.floor(((now() - last.at) * 100) / pace.completedAfter)),
      startTime: new Date(last.at).toISOString(),
    }
  }

  function refuseChange(volume: VolumeInCloud, size: number): void {
    const last = volume.changes.at(-1)
    if (last && changeState(last.at) !== 'completed') throw new Refusal('IncorrectModificationState')
    if (!['available', 'in-use'].includes(stateOf(volume))) throw new Refusal('IncorrectState')
    if (size <= volume.sizeGiB) throw new Refusal('InvalidParameterValue')
    const recent = volume.changes.filter(({ at }) => now() - at < DAY_MILLISECONDS)
    if (recent.length >= MOST_CHANGES_A_DAY) throw new Refusal('VolumeModificationRateExceeded')
  }

  return {
    volumes: all,
    release(instanceId) {
      for (const volume of all.values()) if (volume.holder?.instanceId === instanceId) volume.holder = undefined
    },
    actions: {
      CreateVolume: (query) =>
        shown(
          cloud.once(query, all, () => ({
            id: cloud.newId('vol'),
            tags: query.tags('volume'),
            madeAt: now(),
            zone: query.text('AvailabilityZone'),
            encrypted: query.text('Encrypted') === 'true',
            type: query.text('VolumeType'),
            sizeGiB: Number(query.text('Size')),
            broken: false,
            deletedAt: undefined,
            holder: undefined,
            changes: [],
          })),
        ),
      DescribeVolumes: (query) => {
        const { page, nextToken } = cloud.described(query, existing(), { idParameter: 'VolumeId', notFound })
        return { volumeSet: page.map(shown), nextToken }
      },
      AttachVolume: (query) => {
        const volume = named(query)
        const instanceId = query.text('InstanceId')
        const device = query.text('Device')
        const machine = holder(instanceId)
        if (machine.zone !== volume.zone) throw new Refusal('InvalidVolume.ZoneMismatch')
        if (volume.holder) throw new Refusal('VolumeInUse')
        if (stateOf(volume) !== 'available') throw new Refusal('IncorrectState')
        if (machine.state !== 'running' && machine.state !== 'stopped') throw new Refusal('IncorrectState')
        for (const other of all.values()) {
          if (other.holder?.instanceId === instanceId && other.holder.device === device) {
            throw new Refusal('InvalidParameterValue')
          }
        }
        volume.holder = { instanceId, device, since: now() }
        return { volumeId: volume.id, instanceId, device, status: 'attaching' }
      },
      DeleteVolume: (query) => {
        const volume = named(query)
        if (volume.holder) throw new Refusal('VolumeInUse')
        volume.deletedAt ??= now()
        return { return: true }
      },
      ModifyVolume: (query) => {
        const volume = named(query)
        const size = Number(query.text('Size'))
        refuseChange(volume, size)
        volume.changes.push({ from: volume.sizeGiB, to: size, at: now() })
        volume.sizeGiB = size
        return { volumeModification: shownChange(volume) }
      },
      DescribeVolumesModifications: (query) => {
        const changed = [...existing()].filter(([, { changes }]) => {
          const last = changes.at(-1)
          return last !== undefined && now() >= last.at + pace.visibleAfter
        })
        const { page, nextToken } = cloud.described(query, new Map(changed), {
          idParameter: 'VolumeId',
          notFound: 'InvalidVolumeModification.NotFound',
          filters: { 'volume-id': ({ id }) => id },
        })
        return { volumeModificationSet: page.map(shownChange), nextToken }
      },
    },
  }
}
