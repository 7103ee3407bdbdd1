import 'reflect-metadata'
import { createHash, randomBytes, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { z } from 'zod'
import { SUBORDINATE_TEMPLATE } from '../../../../shared/deployment/private-ca.ts'
import { type AwsJsonServer, startAwsJsonServer, type WireAnswer, type WireCall } from '../aws-json-server.ts'

const EC = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const YEAR = 365 * 86_400_000

/** What the API reference asks of `IssueCertificate`; anything more is refused, so that nothing is asked for that does nothing. */
const Issue = z.strictObject({
  CertificateAuthorityArn: z.string(),
  Csr: z.base64(),
  SigningAlgorithm: z.enum(['SHA256WITHECDSA', 'SHA384WITHECDSA', 'SHA256WITHRSA']),
  TemplateArn: z.string(),
  Validity: z.strictObject({ Type: z.literal('ABSOLUTE'), Value: z.int() }),
  IdempotencyToken: z.string().min(1).max(36),
})

/** How the played private CA is set up, and what it does wrong if a test wants it to. */
export interface PrivateCaSettings {
  readonly pathLength?: number
  readonly status?: string
  readonly usageMode?: 'GENERAL_PURPOSE' | 'SHORT_LIVED_CERTIFICATE'
  /** So many looks at a certificate find it in progress. */
  readonly looksUntilIssued?: number
  /** Issues for this name, whatever the request says. */
  readonly anotherName?: string
  /** A root above the private CA, which is its own root otherwise. */
  readonly subordinate?: boolean
  readonly now: number
}

/** A private CA that plays the real one's rules. */
export interface PrivateCaServer extends AwsJsonServer {
  readonly arn: string
  readonly rootPem: string
  readonly issued: () => number
}

async function authority(
  subject: string,
  settings: PrivateCaSettings,
  above?: { cert: x509.X509Certificate; key: webcrypto.CryptoKey },
) {
  const keys = await webcrypto.subtle.generateKey(EC, true, ['sign', 'verify'])
  const cert = await x509.X509CertificateGenerator.create({
    serialNumber: randomBytes(8).toString('hex'),
    subject,
    issuer: above?.cert.subject ?? subject,
    publicKey: keys.publicKey,
    signingKey: above?.key ?? keys.privateKey,
    signingAlgorithm: EC,
    notBefore: new Date(settings.now - YEAR),
    notAfter: new Date(settings.now + (above ? 20 : 25) * YEAR),
    extensions: [
      new x509.BasicConstraintsExtension(true, above || !settings.subordinate ? settings.pathLength : undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false, webcrypto),
      ...(above ? [await x509.AuthorityKeyIdentifierExtension.create(above.cert, false, webcrypto)] : []),
    ],
  })
  return { cert, key: keys.privateKey }
}

/** Starts it. Certificates are as the template `SubordinateCACertificate_PathLen0` makes them: name and key from the request. */
export async function startPrivateCaServer(settings: PrivateCaSettings): Promise<PrivateCaServer> {
  const arn = 'arn:aws:acm-pca:eu-central-1:123456789012:certificate-authority/11111111-2222-3333-4444-555555555555'
  const root = await authority('O=Example, CN=Root', settings)
  const ca = settings.subordinate ? await authority('O=Example, CN=Platform', settings, root) : root
  const byToken = new Map<string, string>()
  const certificates = new Map<string, { pem: Promise<string>; looks: number }>()

  async function make(csr: x509.Pkcs10CertificateRequest, notAfter: number): Promise<string> {
    const publicKey = csr.publicKey
    const made = await x509.X509CertificateGenerator.create({
      serialNumber: randomBytes(8).toString('hex'),
      subject: settings.anotherName ?? csr.subject,
      issuer: ca.cert.subject,
      publicKey,
      signingKey: ca.key,
      signingAlgorithm: EC,
      notBefore: new Date(settings.now - 3_600_000),
      notAfter: new Date(notAfter * 1000),
      extensions: [
        new x509.BasicConstraintsExtension(true, 0, true),
        new x509.KeyUsagesExtension(
          x509.KeyUsageFlags.digitalSignature | x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign,
          true,
        ),
        await x509.AuthorityKeyIdentifierExtension.create(ca.cert, false, webcrypto),
        await x509.SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
      ],
    })
    return made.toString('pem')
  }

  function issue(body: unknown): WireAnswer {
    const parsed = Issue.safeParse(body)
    if (!parsed.success) return { status: 400, error: 'ValidationException' }
    const { Csr, TemplateArn, Validity, IdempotencyToken, SigningAlgorithm } = parsed.data
    if (TemplateArn !== `arn:aws:acm-pca:::${SUBORDINATE_TEMPLATE}`)
      return { status: 400, error: 'InvalidArgsException' }
    // The key of this CA is an elliptic one.
    if (SigningAlgorithm !== 'SHA256WITHECDSA') return { status: 400, error: 'InvalidArgsException' }
    if (Validity.Value * 1000 > ca.cert.notAfter.getTime()) return { status: 400, error: 'ValidationException' }
    const known = byToken.get(IdempotencyToken)
    if (known !== undefined) return { body: { CertificateArn: known } }
    const pem = Buffer.from(Csr, 'base64').toString()
    const csr = new x509.Pkcs10CertificateRequest(pem)
    const CertificateArn = `${arn}/certificate/${createHash('sha256').update(IdempotencyToken).digest('hex').slice(0, 32)}`
    byToken.set(IdempotencyToken, CertificateArn)
    const proven = csr.verify(webcrypto).then((good) => {
      if (!good) throw new Error('MalformedCSRException: the request was not signed by its key')
      return make(csr, Validity.Value)
    })
    proven.catch(() => undefined)
    certificates.set(CertificateArn, { pem: proven, looks: settings.looksUntilIssued ?? 0 })
    return { body: { CertificateArn } }
  }

  /** Answers are given at once; what is being made is in progress until it is there. */
  const done = new Map<string, string>()
  const answer = ({ action, body }: WireCall): WireAnswer => {
    if (body.CertificateAuthorityArn !== arn) return { status: 400, error: 'ResourceNotFoundException' }
    switch (action) {
      case 'ACMPrivateCA.DescribeCertificateAuthority':
        return {
          body: {
            CertificateAuthority: {
              Arn: arn,
              Status: settings.status ?? 'ACTIVE',
              UsageMode: settings.usageMode ?? 'GENERAL_PURPOSE',
              CertificateAuthorityConfiguration: { KeyAlgorithm: 'EC_prime256v1', SigningAlgorithm: 'SHA256WITHECDSA' },
            },
          },
        }
      case 'ACMPrivateCA.GetCertificateAuthorityCertificate':
        return {
          body: {
            Certificate: ca.cert.toString('pem'),
            ...(settings.subordinate && { CertificateChain: root.cert.toString('pem') }),
          },
        }
      case 'ACMPrivateCA.IssueCertificate':
        return issue(body)
      case 'ACMPrivateCA.GetCertificate': {
        const found = certificates.get(String(body.CertificateArn))
        if (!found) return { status: 400, error: 'ResourceNotFoundException' }
        found.pem.then(
          (pem) => done.set(String(body.CertificateArn), pem),
          () => undefined,
        )
        const pem = done.get(String(body.CertificateArn))
        if (pem === undefined || found.looks-- > 0) return { status: 400, error: 'RequestInProgressException' }
        return { body: { Certificate: pem, CertificateChain: ca.cert.toString('pem') } }
      }
      default:
        return { status: 400, error: 'UnknownOperationException' }
    }
  }
  const server = await startAwsJsonServer(answer)
  return { ...server, arn, rootPem: root.cert.toString('pem'), issued: () => byToken.size }
}
