import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { PemConverter } from '@peculiar/x509'

/** A key with its certificate, as PEM texts. */
export interface Identity {
  readonly keyPem: string
  readonly certificatePem: string
}

/** A certificate authority of one test cluster. */
export interface TestAuthority {
  readonly certificatePem: string
  /** Signs `O=<organisation>,CN=<commonName>` (in DER order) for TLS server and client use. */
  issue(subject: { commonName: string; organisation: string; ipAddresses?: readonly string[] }): Promise<Identity>
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** Makes a fresh authority; its certificates last a day. */
export async function createTestAuthority(): Promise<TestAuthority> {
  x509.cryptoProvider.set(webcrypto)
  const validity = { notBefore: new Date(Date.now() - 3_600_000), notAfter: new Date(Date.now() + 86_400_000) }
  const caKeys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const ca = await x509.X509CertificateGenerator.createSelfSigned({
    name: [{ CN: ['Weir test authority'] }],
    keys: caKeys,
    signingAlgorithm: algorithm,
    ...validity,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
    ],
  })
  return {
    certificatePem: ca.toString('pem'),
    async issue({ commonName, organisation, ipAddresses = [] }) {
      const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
      const certificate = await x509.X509CertificateGenerator.create({
        subject: [{ O: [organisation] }, { CN: [commonName] }],
        issuer: ca.subject,
        signingKey: caKeys.privateKey,
        publicKey: keys.publicKey,
        signingAlgorithm: algorithm,
        ...validity,
        extensions: [
          new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth, x509.ExtendedKeyUsage.clientAuth]),
          new x509.SubjectAlternativeNameExtension(ipAddresses.map((value) => ({ type: 'ip', value }))),
        ],
      })
      const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
      return { keyPem: PemConverter.encode(pkcs8, 'PRIVATE KEY'), certificatePem: certificate.toString('pem') }
    },
  }
}
