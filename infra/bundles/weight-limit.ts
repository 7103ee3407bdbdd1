import type { AssemblyFunction } from '../assembly/assembly-functions.ts'

/** What a function may load, minified: above it a cold start is felt, and nobody can say any more what is in it. */
export const WEIGHT_LIMIT_BYTES = 1_000_000

/** A function that may weigh more, and why. */
export interface HeavyFunctions {
  readonly covers: (deployed: Pick<AssemblyFunction, 'kind' | 'ports'>) => boolean
  readonly limitBytes: number
  readonly reason: string
}

/** All that may weigh more than the limit. */
export const HEAVY_FUNCTIONS: readonly HeavyFunctions[] = [
  {
    covers: ({ kind, ports }) => kind === 'api' && ports.includes('kafka'),
    limitBytes: 1_100_000,
    reason: `Speaks to Kafka over mTLS in the middle of a request: the whole contract of the API, the protocol of Kafka, X.509 to make
      itself a certificate, and the clients of DynamoDB and KMS. Nothing that it holds is unused.`,
  },
  {
    covers: ({ kind, ports }) => (kind === 'steps' || kind === 'drift') && ports.includes('kafka'),
    limitBytes: 1_150_000,
    reason: `Steps that look at Kafka, and at hosts, before they decide, and the comparison of both with what was ordered: the protocol of
      Kafka, X.509, and the clients of DynamoDB, KMS and EC2. Workflows and a schedule wait for them, no caller does, so that a cold
      start is not felt.`,
  },
]

/** How much a function may load. */
export function weightLimitOf(deployed: Pick<AssemblyFunction, 'kind' | 'ports'>): number {
  const heavy = HEAVY_FUNCTIONS.find(({ covers }) => covers(deployed))
  return heavy?.limitBytes ?? WEIGHT_LIMIT_BYTES
}
