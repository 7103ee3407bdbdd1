import type { NodeRef } from '../../shared/ports/hosts.ts'

/** The calling host, from its credentials: a signed token on one machine, the instance's IAM session on AWS. */
export interface HostIdentity extends NodeRef {
  readonly instanceId: string
}
