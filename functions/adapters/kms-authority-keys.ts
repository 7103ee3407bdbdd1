import { createPublicKey } from 'node:crypto'
import { GetPublicKeyCommand, KMSClient, SignCommand } from '@aws-sdk/client-kms'
import { type Store, TransactionConflict } from '../../shared/ports/store.ts'
import { keys } from '../../shared/records/keys.ts'
import { getRecord, putRecord } from '../../shared/state/stored.ts'
import type { Authority, AuthorityKeys, AuthorityRef, SigningKey } from './authority-keys.ts'
import { AWS_CLIENT_SETTINGS } from './aws-client-settings.ts'

/** What the keys of authorities on AWS are made of. */
export interface KmsAuthorityKeysParts {
  /** By default one of the function's own region and role. */
  readonly client?: KMSClient
  /** The ARN of the one key of the deployment: ECC_NIST_P256, to sign and verify. */
  readonly keyArn: string
  /** Keeps the certificates, which are no secret. */
  readonly store: Store
}

/** The authority of a cluster as the store keeps it. */
interface AuthorityRecord {
  readonly certificatePem: string
  /** What signs for it: the deployment's key at the time it was made. */
  readonly keyArn: string
}

/**
 * Authorities that all sign with one key in KMS, which never leaves it. Each cluster has a certificate of its own name for that
 * key, and a chain is only valid where the names fit: see docs/decisions/0015-one-signing-key-per-deployment.md.
 */
export function kmsAuthorityKeys({ client = functionsOwn(), keyArn, store }: KmsAuthorityKeysParts): AuthorityKeys {
  const publicKeys = new Map<string, Promise<Uint8Array<ArrayBuffer>>>()

  const publicKeyOf = (arn: string): Promise<Uint8Array<ArrayBuffer>> => {
    const known = publicKeys.get(arn)
    if (known) return known
    const asked = askPublicKey(client, arn)
    publicKeys.set(arn, asked)
    // A failure is told to those who wait for it, and not kept.
    asked.catch(() => publicKeys.delete(arn))
    return asked
  }

  const signingKey = async (arn: string): Promise<SigningKey> => ({
    publicKey: await publicKeyOf(arn),
    async sign(data) {
      const command = new SignCommand({
        KeyId: arn,
        // Hashed by the service, which takes 4096 bytes; what is signed of a certificate has less than a quarter of that.
        Message: data,
        MessageType: 'RAW',
        SigningAlgorithm: 'ECDSA_SHA_256',
      })
      const { Signature } = await client.send(command)
      return present(Signature, 'signature')
    },
  })

  const get = async ({ tenantId, clusterId }: AuthorityRef): Promise<Authority | undefined> => {
    const found = await getRecord<AuthorityRecord>(store, keys.authority(tenantId, clusterId))
    return found && { certificatePem: found.record.certificatePem, key: await signingKey(found.record.keyArn) }
  }

  return {
    get,

    async ensure(cluster, certify) {
      const found = await get(cluster)
      if (found !== undefined) return found
      const key = await signingKey(keyArn)
      const record: AuthorityRecord = { certificatePem: await certify(key), keyArn }
      try {
        await store.transact([putRecord(keys.authority(cluster.tenantId, cluster.clusterId), record, undefined)])
        return { certificatePem: record.certificatePem, key }
      } catch (thrown) {
        const kept = thrown instanceof TransactionConflict ? await get(cluster) : undefined
        if (kept === undefined) throw thrown
        return kept
      }
    },

    async forget({ tenantId, clusterId }) {
      const key = keys.authority(tenantId, clusterId)
      const found = await getRecord<AuthorityRecord>(store, key)
      if (found === undefined) return
      try {
        await store.transact([{ ...key, delete: true, guard: { version: found.version } }])
      } catch (thrown) {
        if (!(thrown instanceof TransactionConflict) || (await getRecord(store, key)) !== undefined) throw thrown
      }
    },
  }
}

/** One client for the authorities of all tenants. */
let own: KMSClient | undefined

function functionsOwn(): KMSClient {
  own ??= new KMSClient(AWS_CLIENT_SETTINGS)
  return own
}

async function askPublicKey(client: KMSClient, keyArn: string): Promise<Uint8Array<ArrayBuffer>> {
  const { PublicKey } = await client.send(new GetPublicKeyCommand({ KeyId: keyArn }))
  const publicKey = present(PublicKey, 'public key')
  const { asymmetricKeyDetails } = createPublicKey({ key: Buffer.from(publicKey), format: 'der', type: 'spki' })
  if (asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw new Error(`the key ${keyArn} is of another kind; an authority signs with ECC_NIST_P256`)
  }
  return publicKey
}

function present(bytes: Uint8Array | undefined, what: string): Uint8Array<ArrayBuffer> {
  if (bytes === undefined) throw new Error(`the service answered without the ${what}`)
  return new Uint8Array(bytes)
}
