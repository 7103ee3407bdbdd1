import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { z } from 'zod'
import { type AwsJsonServer, startAwsJsonServer, type WireAnswer, type WireCall } from './aws-json-server.ts'

const Sign = z.strictObject({
  KeyId: z.string(),
  Message: z.base64(),
  MessageType: z.literal('RAW'),
  SigningAlgorithm: z.string(),
})
const GetPublicKey = z.strictObject({ KeyId: z.string() })

/** An endpoint with keys that sign and never leave it. */
export interface KmsServer extends AwsJsonServer {
  /** Makes a key and answers its ARN; `ECC_NIST_P256` signs, any other is there to be refused. */
  makeKey(keySpec?: 'ECC_NIST_P256' | 'ECC_NIST_P384'): string
}

interface Key {
  readonly keySpec: keyof typeof CURVES
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const CURVES = { ECC_NIST_P256: 'P-256', ECC_NIST_P384: 'P-384' } as const

/** Plays KMS as far as the rules of `Sign` and `GetPublicKey` go: what the real one refuses, this one does, too. */
export async function startKmsServer(): Promise<KmsServer> {
  const keys = new Map<string, Key>()

  const answer = ({ action, body }: WireCall): WireAnswer => {
    const key = keys.get(String(body.KeyId))
    if (!key) return { status: 400, error: 'NotFoundException' }
    if (action === 'TrentService.GetPublicKey') {
      const { KeyId } = GetPublicKey.parse(body)
      const PublicKey = key.publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
      return { body: { KeyId, PublicKey, KeySpec: key.keySpec, KeyUsage: 'SIGN_VERIFY' } }
    }
    if (action !== 'TrentService.Sign') return { status: 400, error: 'AccessDeniedException' }
    const { KeyId, Message, SigningAlgorithm } = Sign.parse(body)
    const message = Buffer.from(Message, 'base64')
    if (SigningAlgorithm !== 'ECDSA_SHA_256' || key.keySpec !== 'ECC_NIST_P256') {
      return { status: 400, error: 'InvalidKeyUsageException' }
    }
    if (message.length > 4096) return { status: 400, error: 'ValidationException' }
    const signature = sign('sha256', message, key.privateKey)
    return { body: { KeyId, SigningAlgorithm, Signature: signature.toString('base64') } }
  }

  return {
    ...(await startAwsJsonServer(answer)),
    makeKey(keySpec = 'ECC_NIST_P256') {
      const arn = `arn:aws:kms:eu-west-1:123456789012:key/${keys.size + 1}`
      keys.set(arn, { keySpec, ...generateKeyPairSync('ec', { namedCurve: CURVES[keySpec] }) })
      return arn
    },
  }
}
