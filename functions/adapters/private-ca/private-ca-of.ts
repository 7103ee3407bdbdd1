import type { Clock } from '../../../shared/ports/clock.ts'
import { acmPca } from './acm-pca.ts'
import { privateCa } from './private-ca.ts'

/** What a function knows of its private CA. */
export interface PrivateCaOfParts {
  readonly arn: string
  readonly clock: Pick<Clock, 'now' | 'sleep'>
  readonly environment: Readonly<Record<string, string | undefined>>
}

/** Certifies by the private CA of an ARN, in the region where it is, or where `AWS_ENDPOINT_URL` sends every call. */
export function privateCaOf({ arn, clock, environment }: PrivateCaOfParts): ReturnType<typeof privateCa> {
  const [, partition = 'aws', , region = ''] = arn.split(':')
  const suffix = partition === 'aws-cn' ? 'amazonaws.com.cn' : 'amazonaws.com'
  const endpoint =
    environment.AWS_ENDPOINT_URL_ACM_PCA ?? environment.AWS_ENDPOINT_URL ?? `https://acm-pca.${region}.${suffix}`
  return privateCa({ arn, clock, call: acmPca({ endpoint, region, clock, environment }) })
}
