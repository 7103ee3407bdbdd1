import { X509Certificate } from 'node:crypto'
import type { SigningKey } from './authority-keys.ts'

/** What follows is DER: a tag, a length, the content. */
function element(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts)
  const short = content.length < 0x80
  const digits = Buffer.from(content.length.toString(16).padStart(content.length > 0xff ? 4 : 2, '0'), 'hex')
  const length = short ? Buffer.of(content.length) : Buffer.concat([Buffer.of(0x80 | digits.length), digits])
  return Buffer.concat([Buffer.of(tag), length, content])
}

const SEQUENCE = 0x30
const SET = 0x31
const INTEGER = 0x02
const BIT_STRING = 0x03
const OBJECT_IDENTIFIER = 0x06
const UTF8_STRING = 0x0c
/** The attributes of a request: none. */
const NO_ATTRIBUTES = Buffer.from('a000', 'hex')
const ECDSA_WITH_SHA256 = Buffer.from('2a8648ce3d040302', 'hex')
const ORGANISATION = Buffer.from('55040a', 'hex')
const COMMON_NAME = Buffer.from('550403', 'hex')

const attribute = (type: Uint8Array, value: string) =>
  element(SET, element(SEQUENCE, element(OBJECT_IDENTIFIER, type), element(UTF8_STRING, Buffer.from(value))))

/**
 * A signing request (PKCS#10, PEM) for a key that can only sign, such as one in KMS: no library makes one without the private key in
 * its hands. O before CN, as in every certificate of Weir.
 */
export async function requestFor(
  key: SigningKey,
  { organisation, commonName }: { readonly organisation: string; readonly commonName: string },
): Promise<string> {
  const name = element(SEQUENCE, attribute(ORGANISATION, organisation), attribute(COMMON_NAME, commonName))
  const information = element(SEQUENCE, element(INTEGER, Buffer.of(0)), name, key.publicKey, NO_ATTRIBUTES)
  const algorithm = element(SEQUENCE, element(OBJECT_IDENTIFIER, ECDSA_WITH_SHA256))
  const signature = element(BIT_STRING, Buffer.of(0), await key.sign(information))
  const body = Buffer.from(element(SEQUENCE, information, algorithm, signature)).toString('base64')
  return `-----BEGIN CERTIFICATE REQUEST-----\n${body.replace(/.{64}(?=.)/g, '$&\n')}\n-----END CERTIFICATE REQUEST-----\n`
}

/** Every certificate of a text of PEM, in its order. */
export function certificatesIn(pem: string): readonly X509Certificate[] {
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? []
  return blocks.map((block) => new X509Certificate(block))
}
