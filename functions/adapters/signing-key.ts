import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import type { SigningKey } from './authority-keys.ts'

/** A fresh key of an authority as PKCS#8 in PEM, for whoever keeps it in a file. */
export function makeSigningKeyPem(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** Signs with a key in the memory of this process. */
export function signingKey(keyPem: string): SigningKey {
  const key: KeyObject = createPrivateKey(keyPem)
  return {
    publicKey: new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' })),
    sign: async (data) => new Uint8Array(sign('sha256', data, key)),
  }
}
