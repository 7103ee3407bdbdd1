import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { importJWK, SignJWT } from 'jose'
import { z } from 'zod'
import { isScope, SCOPE_NAMES, type Scope } from '../shared/contract/scope.ts'
import { TENANT_ID } from '../shared/records/ids.ts'
import { UsageError } from './cli-error.ts'

/** Said in the tokens of a local control plane, which is their only reader. */
const ISSUER = 'weir-local'
const AUDIENCE = 'weir'

/** A working day: long enough not to be in the way, short enough that a copied token dies. */
export const TOKEN_HOURS = 12

/** What a token shall say. */
export interface TokenWish {
  readonly tenant: string
  readonly scopes: readonly Scope[]
  readonly subject: string
  readonly issuedAtSeconds: number
}

const PrivateJwk = z.object({
  kty: z.literal('EC'),
  crv: z.literal('P-256'),
  x: z.string(),
  y: z.string(),
  d: z.string(),
  kid: z.string().default(''),
})

/** The issuer's private key of a local control plane's home; undefined when no control plane has ever run there. */
export async function readIssuerKey(home: string): Promise<z.output<typeof PrivateJwk> | undefined> {
  const file = join(home, 'issuer', 'private.jwk.json')
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new UsageError(`The issuer's key ${file} cannot be read (${error.code ?? error.message}).`)
  })
  if (text === undefined) return undefined
  try {
    return PrivateJwk.parse(JSON.parse(text))
  } catch {
    throw new UsageError(`${file} does not hold a private key in JWK form.`)
  }
}

/** Signs a token as the local issuer; undefined when the home has none. */
export async function signLocalToken(home: string, wish: TokenWish): Promise<string | undefined> {
  const jwk = await readIssuerKey(home)
  if (jwk === undefined) return undefined
  if (!TENANT_ID.test(wish.tenant)) {
    throw new UsageError(`--tenant "${wish.tenant}" must be lower-case letters, digits or hyphens, at most 63.`)
  }
  return new SignJWT({ tenant: wish.tenant, scope: wish.scopes.join(' ') })
    .setProtectedHeader({ alg: 'ES256', ...(jwk.kid !== '' && { kid: jwk.kid }) })
    .setIssuer(ISSUER)
    .setAudience(AUDIENCE)
    .setSubject(wish.subject)
    .setIssuedAt(wish.issuedAtSeconds)
    .setExpirationTime(wish.issuedAtSeconds + TOKEN_HOURS * 3600)
    .sign(await importJWK(jwk, 'ES256'))
}

/** Reads scopes as given on the command line, separated by spaces or commas; none means all. */
export function parseScopes(given: readonly string[]): readonly Scope[] {
  const words = given.flatMap((text) => text.split(/[\s,]+/u)).filter((word) => word !== '')
  const unknown = words.find((word) => !isScope(word))
  if (unknown !== undefined) {
    throw new UsageError(`--scope "${unknown}" is not a scope.`, [`Scopes: ${SCOPE_NAMES.join(' ')}`])
  }
  return words.length === 0 ? SCOPE_NAMES : words.filter(isScope)
}
