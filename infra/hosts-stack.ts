import { type App, CfnOutput, Stack } from 'aws-cdk-lib'
import type { Key } from 'aws-cdk-lib/aws-kms'
import type { Bucket } from 'aws-cdk-lib/aws-s3'
import { ArtifactBucket } from './artifact-bucket.ts'
import type { DeploymentConfig } from './config.ts'
import { VolumeKey } from './volume-key.ts'

/** What hosts are made from and outlives them: the bucket that they start from, and the key of their volumes. */
export class HostsStack extends Stack {
  readonly artifacts: Bucket
  readonly volumeKey: Key

  constructor(scope: App, id: string, config: DeploymentConfig) {
    super(scope, id, {
      description: 'Weir: what broker hosts are made from',
      env: { region: config.region },
      terminationProtection: true,
    })
    this.artifacts = new ArtifactBucket(this, 'Artifacts', config).bucket
    this.volumeKey = new VolumeKey(this, 'Volumes', config.stage).key
    new CfnOutput(this, 'ArtifactBucket', {
      value: this.artifacts.bucketName,
      description: 'Where `npm run artifacts` puts what hosts start from',
    })
  }
}
