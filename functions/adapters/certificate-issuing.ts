// @peculiar/x509 needs the Reflect metadata API before it is loaded.
import 'reflect-metadata'
import { createHash, randomBytes, webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import * as x509 from '@peculiar/x509'
import type { Authority, SigningKey } from './authority-keys.ts'

/** Keys of authorities and of the control plane; hosts must bring the same kind. */
export const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** Certificates begin this long before they are made: the clocks of hosts may be that far behind ours. */
const CLOCK_SKEW_MILLISECONDS = 5 * 60_000

/** What a certificate says, besides the key: a common name in a cluster, what it is for and how long. */
export interface Subject {
  readonly commonName: string
  /** The O= of the certificate: the cluster it belongs to. */
  readonly organisation: string
  /** The addresses and names under which it is called; none for one that only calls. */
  readonly hosts?: readonly string[]
  readonly lifetimeMilliseconds: number
}

/** Makes the self-signed certificate of a new authority for the key that it signs with. */
export async function certifyAuthority(key: SigningKey, subject: Subject, now: number): Promise<string> {
  const publicKey = new x509.PublicKey(key.publicKey)
  const name = distinguishedName(subject)
  const certificate = await signed(key, {
    serialNumber: randomSerialNumber(),
    subject: name,
    issuer: name,
    publicKey,
    notBefore: new Date(now - CLOCK_SKEW_MILLISECONDS),
    notAfter: new Date(now + subject.lifetimeMilliseconds),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      keyIdentifierOf(publicKey, subject),
    ],
  })
  return certificate.toString('pem')
}

/** What the authority of a certificate (DER) may have below it; nothing if it is none. */
export function authorityLimits(der: Buffer): { readonly pathLength: number | undefined } | undefined {
  const constraints = new x509.X509Certificate(new Uint8Array(der)).getExtension(x509.BasicConstraintsExtension)
  return constraints?.ca ? { pathLength: constraints.pathLength } : undefined
}

/** Signs a public key; the certificate never outlives the authority. */
export async function issue(
  authority: Authority,
  subject: Subject,
  publicKey: x509.PublicKey | webcrypto.CryptoKey,
  now: number,
): Promise<{ readonly certificatePem: string; readonly notAfter: Date }> {
  const ca = new x509.X509Certificate(authority.certificatePem)
  const usages = [x509.ExtendedKeyUsage.clientAuth]
  if (subject.hosts !== undefined) usages.unshift(x509.ExtendedKeyUsage.serverAuth)
  const certificate = await signed(authority.key, {
    serialNumber: randomSerialNumber(),
    subject: distinguishedName(subject),
    issuer: ca.subjectName.toJSON(),
    publicKey,
    notBefore: new Date(now - CLOCK_SKEW_MILLISECONDS),
    notAfter: new Date(Math.min(now + subject.lifetimeMilliseconds, ca.notAfter.getTime())),
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(usages),
      authorityIdentifierOf(ca),
      await x509.SubjectKeyIdentifierExtension.create(publicKey, false, webcrypto),
      ...(subject.hosts === undefined ? [] : [alternativeNames(subject.hosts)]),
    ],
  })
  return { certificatePem: certificate.toString('pem'), notAfter: certificate.notAfter }
}

type Unsigned = Omit<x509.X509CertificateCreateWithSignatureParams, 'signature' | 'signingAlgorithm'>

/** Puts a certificate together twice: what is to be signed comes out of the first, the signature goes into the second. */
async function signed(key: SigningKey, content: Unsigned): Promise<x509.X509Certificate> {
  const withSignature = (signature: ArrayBuffer | Uint8Array<ArrayBuffer>) =>
    x509.X509CertificateGenerator.create({ ...content, signature, signingAlgorithm: KEY_ALGORITHM }, webcrypto)
  const draft = await withSignature(new Uint8Array(64).fill(1))
  const signature = await key.sign(toBeSigned(new Uint8Array(draft.rawData)))
  return withSignature(new x509.AsnEcSignatureFormatter().toWebSignature(KEY_ALGORITHM, signature) ?? signature)
}

/** The first element inside a certificate: all of it but the signature. */
function toBeSigned(certificate: Uint8Array): Uint8Array {
  const outer = derHeader(certificate, 0)
  const inner = derHeader(certificate, outer.length)
  return certificate.subarray(outer.length, outer.length + inner.length + inner.contentLength)
}

/** How long the tag and the length of an element are, and what comes behind them. */
function derHeader(bytes: Uint8Array, at: number): { readonly length: number; readonly contentLength: number } {
  const first = bytes[at + 1] ?? 0
  if (first < 0x80) return { length: 2, contentLength: first }
  const digits = bytes.subarray(at + 2, at + 2 + (first & 0x7f))
  return { length: 2 + digits.length, contentLength: digits.reduce((sum, digit) => sum * 256 + digit, 0) }
}

/**
 * Of an authority: made of its name and its key, because several authorities may share a key and must not be taken for one
 * another.
 */
function keyIdentifierOf(publicKey: x509.PublicKey, { organisation, commonName }: Subject) {
  const hash = createHash('sha1').update(new Uint8Array(publicKey.rawData)).update(`\n${organisation}\n${commonName}`)
  return new x509.SubjectKeyIdentifierExtension(hash.digest('hex'))
}

function authorityIdentifierOf(ca: x509.X509Certificate): x509.AuthorityKeyIdentifierExtension {
  const own = ca.getExtension(x509.SubjectKeyIdentifierExtension)
  if (own === null) throw new TypeError('the certificate of an authority has a key identifier')
  return new x509.AuthorityKeyIdentifierExtension(own.keyId)
}

/** The public key of a signing request whose sender holds the private key; nothing else in the request is read. */
export async function provenPublicKey(csrPem: string): Promise<x509.PublicKey | undefined> {
  const request = parseRequest(csrPem)
  if (request === undefined || !isOurKind(request.publicKey)) return undefined
  const proven = await request.verify(webcrypto).catch(() => false)
  return proven ? request.publicKey : undefined
}

/** A fresh key pair for someone who will hold it himself. */
export async function makeKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify'])
}

/** A private key as PKCS#8 in PEM, which Kafka, Node and OpenSSL all read. */
export async function privateKeyPem(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
}

function parseRequest(csrPem: string): x509.Pkcs10CertificateRequest | undefined {
  try {
    return new x509.Pkcs10CertificateRequest(csrPem)
  } catch {
    return undefined
  }
}

function isOurKind(key: x509.PublicKey): boolean {
  const { name } = key.algorithm
  return name === KEY_ALGORITHM.name && 'namedCurve' in key.algorithm && key.algorithm.namedCurve === 'P-256'
}

/** O before CN in the certificate: Kafka prints a name from its end, and so sees `CN=…,O=…`. */
function distinguishedName({ organisation, commonName }: Subject): x509.JsonName {
  return [{ O: [organisation] }, { CN: [commonName] }]
}

/** An IP address also stands as a DNS name, because not every client looks for IP addresses where they belong. */
function alternativeNames(hosts: readonly string[]): x509.SubjectAlternativeNameExtension {
  const names = hosts.flatMap((host): x509.JsonGeneralName[] => [
    ...(isIP(host) === 0 ? [] : [{ type: 'ip' as const, value: host }]),
    { type: 'dns', value: host },
  ])
  return new x509.SubjectAlternativeNameExtension(names)
}

/** 20 octets at most, positive, and 126 random bits in it. */
function randomSerialNumber(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40
  return bytes.toString('hex')
}
