import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { cryptoProvider, PemConverter, Pkcs10CertificateRequestGenerator } from '@peculiar/x509'
import { nodeCommonName } from '../../shared/kafka/principals.ts'

/** A private key that never leaves the host, and the request to certify it. */
export interface CertificateRequestPair {
  readonly keyPem: string
  readonly csrPem: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** Makes a new EC P-256 key and its request. The request proves the key only: the control plane decides every name in the certificate. */
export async function createCertificateRequest(): Promise<CertificateRequestPair> {
  cryptoProvider.set(webcrypto)
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const request = await Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: [nodeCommonName] }],
    keys,
    signingAlgorithm: algorithm,
  })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { keyPem: PemConverter.encode(pkcs8, 'PRIVATE KEY'), csrPem: request.toString('pem') }
}
