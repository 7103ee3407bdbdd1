import { INSTANCE_TYPES, type InstanceType } from '../../catalogue/instance-types.ts'
import type { MovesProgressRecord } from '../../records/rebalance.ts'

const MIB = 1024 * 1024

/**
 * The share of what a broker sustains that moving takes where nobody says otherwise. A broker that gives and takes at the same
 * time uses it twice: then half of its volume is still left for clients and their replication.
 */
const USUAL_SHARE = 1 / 4

/** What a caller may ask for, in MiB/s. Below, large partitions never catch up with their writers; above is no throttle at all. */
export const LEAST_THROTTLE = 1
export const MOST_THROTTLE = Math.max(
  ...Object.values(INSTANCE_TYPES).map(({ sustainedMiBPerSecond: { network } }) => network),
)

/** The throttle of a rebalance for which none was asked, in MiB/s: volume or network, whichever sustains less, decides. */
export function usualThrottle(instanceType: InstanceType): number {
  return Math.floor(sustained(instanceType) * USUAL_SHARE)
}

/** Tells whether so much moving in both directions at once would leave clients nothing of the volume or the network. */
export function starvesClients(instanceType: InstanceType, throttleMiBPerSecond: number): boolean {
  return 2 * throttleMiBPerSecond > sustained(instanceType)
}

function sustained(instanceType: InstanceType): number {
  const { network, volume } = INSTANCE_TYPES[instanceType].sustainedMiBPerSecond
  return Math.min(network, volume)
}

/** Of incoming writes, a taker has to copy at least so much more to catch up at all (kafka-operations §5.4, rule 3). */
const TIMES_INCOMING = 2

/** Copying that has come no further for so long is as slow as what comes in: each time the throttle is doubled. */
const RAISE_EVERY_SECONDS = 300

/**
 * The throttle that lets moves go on: what it is, unless more comes in at a broker's moved replicas than it can catch up with, or
 * nothing has come further for a while. Never a lower one.
 */
export function raisedThrottle(
  before: Pick<MovesProgressRecord, 'idleSeconds'>,
  { idleSeconds, throttleBytesPerSecond }: Pick<MovesProgressRecord, 'idleSeconds' | 'throttleBytesPerSecond'>,
  incomingBytesPerSecond: number,
): number {
  const periods = (seconds: number) => Math.floor(seconds / RAISE_EVERY_SECONDS)
  const isIdle = periods(idleSeconds) > periods(before.idleSeconds)
  const wanted = Math.max(TIMES_INCOMING * incomingBytesPerSecond, isIdle ? 2 * throttleBytesPerSecond : 0)
  return Math.max(throttleBytesPerSecond, Math.min(Math.ceil(wanted), toBytes(MOST_THROTTLE)))
}

/** In the unit of Kafka's settings. */
export function toBytes(throttleMiBPerSecond: number): number {
  return throttleMiBPerSecond * MIB
}

/** In the unit of the API, to one digit. */
export function toMiB(bytesPerSecond: number): number {
  return Math.round((bytesPerSecond / MIB) * 10) / 10
}
