import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import { Key, KeySpec, KeyUsage } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'

/**
 * What the certificate authorities of all clusters sign with: it never leaves KMS, outlives its stack, and can be had back for a
 * month after somebody has scheduled its deletion.
 */
export class AuthorityKey extends Construct {
  readonly key: Key

  constructor(scope: Construct, id: string, stage: string) {
    super(scope, id)
    this.key = new Key(this, 'Key', {
      description: 'Weir: signs the certificates of the nodes of all clusters',
      alias: `weir-${stage}-authority`,
      keySpec: KeySpec.ECC_NIST_P256,
      keyUsage: KeyUsage.SIGN_VERIFY,
      pendingWindow: Duration.days(30),
      removalPolicy: RemovalPolicy.RETAIN,
    })
  }
}
