import type { Clock } from '../../shared/ports/clock.ts'
import type { AgentConfig } from '../config.ts'
import { instanceCredentials } from '../instance/instance-credentials.ts'
import { instanceMetadata } from '../instance/metadata.ts'
import { nodeClaim } from '../instance/node-claim.ts'
import { createSigner } from '../instance/signer.ts'
import { bearerTokenFile, type Credentials, signedByInstance } from './credentials.ts'

/** The variable by which everything that speaks to AWS learns of another metadata service than the machine's own. */
const ENDPOINT_VARIABLE = 'AWS_EC2_METADATA_SERVICE_ENDPOINT'

/** How this host proves to the control plane who it is, by its configuration. */
export function hostCredentials(config: AgentConfig['credentials'], clock: Clock): Credentials {
  if (config.kind === 'file') return bearerTokenFile(config.file)
  const { region, metadataEndpoint } = config
  if (metadataEndpoint !== undefined) process.env[ENDPOINT_VARIABLE] = metadataEndpoint
  const sign = createSigner({
    service: 'execute-api',
    region,
    credentials: instanceCredentials(clock.now),
    now: clock.now,
  })
  return signedByInstance(sign, nodeClaim(instanceMetadata(metadataEndpoint)))
}
