import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'

/**
 * What all volumes of hosts are encrypted with. Without it no volume can be attached again, so it outlives its stack, and
 * can be had back for a month after somebody has scheduled its deletion.
 */
export class VolumeKey extends Construct {
  readonly key: Key

  constructor(scope: Construct, id: string, stage: string) {
    super(scope, id)
    this.key = new Key(this, 'Key', {
      description: 'Weir: encrypts the volumes of all hosts',
      alias: `weir-${stage}-volumes`,
      enableKeyRotation: true,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }
}
