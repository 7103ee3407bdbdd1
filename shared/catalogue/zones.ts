/** The availability zones that clusters may be spread over; a platform team sets its own in the deployment's config. */
export const AVAILABILITY_ZONES = ['az-1', 'az-2', 'az-3'] as const

/** An availability zone; brokers know theirs as `broker.rack`. */
export type AvailabilityZone = (typeof AVAILABILITY_ZONES)[number]
