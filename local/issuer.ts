import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { calculateJwkThumbprint, exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from 'jose'

/** The issuer and audiences of the local mode's tokens. */
export const LOCAL_ISSUER = 'weir-local'
export const TENANT_AUDIENCE = 'weir'
export const HOST_AUDIENCE = 'weir-host'

/** The local mode's own OpenID-like issuer: a key pair below the home, in the place of a company's identity provider. */
export interface Issuer {
  readonly jwks: { readonly keys: readonly JWK[] }
  /** A token with these claims; without an expiry it holds as long as the key. */
  sign(
    audience: string,
    subject: string,
    claims: Readonly<Record<string, unknown>>,
    expiresIn?: string,
  ): Promise<string>
}

/** Opens the issuer of a home, making its ES256 key the first time. */
export async function openIssuer(home: string): Promise<Issuer> {
  const folder = join(home, 'issuer')
  const privateFile = join(folder, 'private.jwk.json')
  if (!existsSync(privateFile)) await makeKey(folder, privateFile)
  const jwk: JWK = JSON.parse(await readFile(privateFile, 'utf8'))
  const { d: _, ...publicJwk } = jwk
  const key = await importJWK(jwk, 'ES256')
  return {
    jwks: { keys: [publicJwk] },
    sign: async (audience, subject, claims, expiresIn) => {
      const token = new SignJWT(claims)
        .setProtectedHeader({ alg: 'ES256', ...(jwk.kid !== undefined && { kid: jwk.kid }) })
        .setIssuer(LOCAL_ISSUER)
        .setAudience(audience)
        .setSubject(subject)
        .setIssuedAt()
      return (expiresIn === undefined ? token : token.setExpirationTime(expiresIn)).sign(key)
    },
  }
}

async function makeKey(folder: string, privateFile: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await exportJWK(privateKey)
  const named = { ...jwk, alg: 'ES256', use: 'sig', kid: await calculateJwkThumbprint(jwk) }
  const aside = `${privateFile}.${randomUUID()}`
  await writeFile(aside, JSON.stringify(named), { mode: 0o600 })
  await rename(aside, privateFile)
}
