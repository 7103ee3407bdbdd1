import type { OperationSync } from '../../shared/contract/operation.ts'

/** How a node stands in a few words: `in sync 12 of 12, 3 of 3 voters`. */
export function syncText({ hostedPartitions, inSyncPartitions, voters, votersCaughtUp }: OperationSync): string {
  return [
    ...(hostedPartitions === undefined ? [] : [partitionsText(hostedPartitions, inSyncPartitions)]),
    ...(voters === undefined ? [] : [`${votersCaughtUp} of ${voters} voters`]),
  ].join(', ')
}

const partitionsText = (hosted: number, inSync = 0) =>
  hosted === 0 ? 'no partitions' : `in sync ${inSync} of ${hosted}`

/** The same in full, with what it says of the whole cluster. */
export function syncDetail({
  hostedPartitions,
  inSyncPartitions,
  underReplicatedPartitions,
  atMinIsrPartitions,
  quorumLeaderId,
  voters,
  votersCaughtUp,
}: OperationSync): string {
  const own =
    hostedPartitions === 0 ? 'hosts no partitions' : `in sync on ${inSyncPartitions} of ${hostedPartitions} partitions`
  const partitions = `${own}; in the cluster ${underReplicatedPartitions} under-replicated, ${atMinIsrPartitions} at their minimum`
  const leader = quorumLeaderId === undefined || quorumLeaderId < 0 ? 'none' : quorumLeaderId
  return [
    ...(hostedPartitions === undefined ? [] : [partitions]),
    ...(voters === undefined ? [] : [`quorum leader ${leader}, ${votersCaughtUp} of ${voters} voters caught up`]),
  ].join('; ')
}
