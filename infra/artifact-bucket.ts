import { RemovalPolicy, Stack } from 'aws-cdk-lib'
import { BlockPublicAccess, Bucket, BucketEncryption, ObjectOwnership } from 'aws-cdk-lib/aws-s3'
import { Construct } from 'constructs'
import { acknowledge } from './acknowledge.ts'
import type { DeploymentConfig } from './config.ts'

/** The name of the bucket: known beforehand, so that whoever fills it need not look for it. */
export function artifactBucketName(scope: Construct, { stage, region }: DeploymentConfig): string {
  return `weir-${stage}-artifacts-${Stack.of(scope).account}-${region}`
}

/** Agent, Node and Kafka, as hosts fetch them by digest. Running hosts were started from it, so it outlives its stack. */
export class ArtifactBucket extends Construct {
  readonly bucket: Bucket

  constructor(scope: Construct, id: string, config: DeploymentConfig) {
    super(scope, id)
    this.bucket = new Bucket(this, 'Bucket', {
      bucketName: artifactBucketName(this, config),
      versioned: true,
      // By a key of its own, every host would need a right on that key.
      encryption: BucketEncryption.S3_MANAGED,
      enforceSSL: true,
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
      removalPolicy: RemovalPolicy.RETAIN,
    })
    acknowledge(
      this.bucket,
      'It holds published software only, which hosts check by digest; who reads it can be had from CloudTrail.',
      'S1',
    )
  }
}
