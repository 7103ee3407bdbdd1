import { nanoDollars } from './money.ts'

/** What AWS asks for so many units of something. */
export interface Price {
  /** For `per` units. */
  readonly dollars: string
  readonly per: bigint
  readonly unit: string
  /** Where it was read. */
  readonly source: string
  /** When. */
  readonly asOf: string
  /** Read on a page of AWS, on a page of somebody else, or nowhere: then it is from memory and marked wherever it is used. */
  readonly confirmed: 'by AWS' | 'by others' | 'not'
}

/** All prices are list prices of this region, on demand, without free tiers and discounts. */
export const PRICE_REGION = 'us-east-1'

const READ_ON = '2026-11-22'
const byAws = (dollars: string, per: bigint, unit: string, source: string): Price => ({
  ...{ dollars, per, unit, source, asOf: READ_ON, confirmed: 'by AWS' },
})
const byOthers = (dollars: string, per: bigint, unit: string, source: string): Price => ({
  ...{ dollars, per, unit, source, asOf: READ_ON, confirmed: 'by others' },
})
const unconfirmed = (dollars: string, per: bigint, unit: string, source: string): Price => ({
  ...{ dollars, per, unit, source, asOf: READ_ON, confirmed: 'not' },
})

/**
 * What is known of prices. To go by those of another region, or by a contract, change them here: nothing else knows any.
 */
export const PRICES = {
  apiRequest: byAws(
    '3.50',
    1_000_000n,
    'request to a REST API',
    'https://docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/cost-optimization.html',
  ),
  stateTransition: byAws('0.025', 1000n, 'state transition', 'https://aws.amazon.com/step-functions/pricing/'),
  lambdaRequest: byOthers('0.20', 1_000_000n, 'invocation', 'https://cloudchipr.com/blog/aws-lambda-pricing'),
  // For a GB-second, of 1024 MiB and 1000 ms.
  lambdaMebibyteMillisecond: byOthers(
    '13.3334',
    1_000_000n * 1024n * 1000n,
    'MiB of an arm64 function for a millisecond',
    'https://cloudchipr.com/blog/aws-lambda-pricing',
  ),
  dynamodbReadHalfUnit: byOthers(
    '0.125',
    2_000_000n,
    'half a read request unit',
    'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
  ),
  dynamodbWriteUnit: byOthers(
    '0.625',
    1_000_000n,
    'write request unit',
    'https://airbyte.com/data-engineering-resources/dynamodb-pricing',
  ),
  dynamodbGibMonth: unconfirmed(
    '0.25',
    1n,
    'GB stored for a month',
    'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  ),
  dynamodbRecoveryGibMonth: unconfirmed(
    '0.20',
    1n,
    'GB kept recoverable for a month',
    'https://aws.amazon.com/dynamodb/pricing/on-demand/',
  ),
  event: unconfirmed('1.00', 1_000_000n, 'event put on the bus', 'https://aws.amazon.com/eventbridge/pricing/'),
  kmsKeyMonth: byAws('1.00', 1n, 'key for a month', 'https://aws.amazon.com/kms/pricing/'),
  kmsSignature: byOthers(
    '0.15',
    10_000n,
    'asymmetric signature',
    'https://www.factualminds.com/blog/aws-kms-pricing-keys-requests-multi-region/',
  ),
  interfaceEndpointHour: byOthers(
    '0.01',
    1n,
    'interface endpoint in a zone for an hour',
    'https://awsnegotiations.com/privatelink-cost-analysis.html',
  ),
  alarmMetricMonth: byOthers(
    '0.10',
    1n,
    'metric of an alarm for a month',
    'https://signoz.io/guides/cloudwatch-pricing',
  ),
  dashboardMonth: byOthers(
    '3.00',
    1n,
    'dashboard for a month',
    'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/',
  ),
  customMetricMonth: byOthers('0.30', 1n, 'metric for a month', 'https://signoz.io/guides/cloudwatch-pricing'),
  logsGb: byOthers(
    '0.50',
    1n,
    'GB of logs taken in',
    'https://www.factualminds.com/blog/amazon-cloudwatch-pricing-metrics-logs-alarms-dashboards/',
  ),
  hostedZoneMonth: unconfirmed('0.50', 1n, 'hosted zone for a month', 'https://aws.amazon.com/route53/pricing/'),
  webAclMonth: unconfirmed('5.00', 1n, 'web ACL for a month', 'https://aws.amazon.com/waf/pricing/'),
  webAclRuleMonth: unconfirmed('1.00', 1n, 'rule of a web ACL for a month', 'https://aws.amazon.com/waf/pricing/'),
  'r6a.2xlarge': unconfirmed(
    '0.4536',
    1n,
    'r6a.2xlarge with Linux for an hour',
    'https://aws.amazon.com/ec2/pricing/on-demand/',
  ),
  gp3GibMonth: unconfirmed('0.08', 1n, 'GiB of gp3 for a month', 'https://aws.amazon.com/ebs/pricing/'),
  crossZoneGb: unconfirmed('0.02', 1n, 'GB between zones, out and in', 'https://aws.amazon.com/ec2/pricing/on-demand/'),
  loadBalancerHour: byOthers(
    '0.0225',
    1n,
    'network load balancer for an hour',
    'https://awsnegotiations.com/privatelink-cost-analysis.html',
  ),
  publicAddressHour: unconfirmed('0.005', 1n, 'public IPv4 address for an hour', 'https://aws.amazon.com/vpc/pricing/'),
  privateCaMonth: byAws(
    '400',
    1n,
    'general-purpose private CA for a month',
    'https://aws.amazon.com/private-ca/pricing/',
  ),
} as const satisfies Record<string, Price>
export type PriceName = keyof typeof PRICES

/** One line of a bill: so many units of something. */
export interface Line {
  readonly what: string
  readonly price: PriceName
  readonly quantity: bigint
}

/** What a line costs, in whole billionths of a dollar, rounded half up: the only place where anything is rounded. */
export function amountOf({ price, quantity }: Pick<Line, 'price' | 'quantity'>): bigint {
  const { dollars, per } = PRICES[price]
  return (nanoDollars(dollars) * quantity + per / 2n) / per
}
