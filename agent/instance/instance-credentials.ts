import { fromInstanceMetadata } from '@smithy/credential-provider-imds'
import { MetadataError } from './metadata.ts'

/** The credentials of this machine's role, as calls to AWS are signed with them. */
export interface RoleCredentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string
  readonly expiration?: Date
}

// EC2 has new ones at least five minutes before the old ones end.
const earlyMilliseconds = 5 * 60_000
const timeoutMilliseconds = 2000
const mostRetries = 2

/**
 * The credentials of the role, asked for again shortly before they end. Where the metadata service is away then, the old ones
 * serve on, even past their end: AWS decides what it takes.
 */
export function instanceCredentials(now: () => number): () => Promise<RoleCredentials> {
  let held: RoleCredentials | undefined
  return async () => {
    const endsAt = held?.expiration?.getTime() ?? 0
    if (held !== undefined && endsAt - now() > earlyMilliseconds) return held
    try {
      held = await load()
    } catch (error) {
      if (held === undefined) throw error
    }
    return held
  }
}

/** A new provider each time, because one that was refused a token once never asks for another. */
async function load(): Promise<RoleCredentials> {
  const settings = { timeout: timeoutMilliseconds, maxRetries: mostRetries, ec2MetadataV1Disabled: true }
  try {
    return await fromInstanceMetadata(settings)()
  } catch (cause) {
    const words = cause instanceof Error ? cause.message : String(cause)
    throw new MetadataError(`this machine has no credentials of its role: ${words}`, { cause })
  }
}
