import { createLocalJWKSet, jwtVerify } from 'jose'
import { describe, expect, it } from 'vitest'
import { EXIT } from '../../cli/exit-codes.ts'
import { openIssuer } from '../../local/issuer.ts'
import { json, start, weir } from './command-line.ts'
import { freshApi } from './fresh-api.ts'

const api = freshApi()

async function claimsOf(token: string) {
  const keys = createLocalJWKSet({ keys: [...(await openIssuer(api().home)).jwks.keys] })
  const currentDate = new Date(api().clock.now())
  return (await jwtVerify(token, keys, { issuer: 'weir-local', audience: 'weir', currentDate })).payload
}

describe('weir token', () => {
  it('prints a token of the local issuer and nothing else', async () => {
    const ran = await weir(api(), ['token', '--tenant', 'globex', '--subject', 'ci'])
    expect(ran).toMatchObject({ code: EXIT.ok, err: '' })
    const claims = await claimsOf(ran.out.trim())
    expect(claims).toMatchObject({ tenant: 'globex', sub: 'ci' })
    expect(claims.scope).toContain('clusters:write')
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBe(12 * 3600)
  })

  it('allows only what was asked for, and the API holds to that', async () => {
    const token = (await weir(api(), ['token', '--scope', 'clusters:read', 'topics:read'])).out.trim()
    expect((await claimsOf(token)).scope).toBe('clusters:read topics:read')
    const environment = { WEIR_TOKEN: token }
    expect((await weir(api(), ['clusters', 'list'], { environment })).code).toBe(EXIT.ok)
    const refused = await weir(api(), ['clusters', 'create', '--name', 'x'], { environment })
    expect(refused.code).toBe(EXIT.refused)
    expect(refused.err).toContain('clusters:write')
  })

  it('tells when the token ends with -o json', async () => {
    const ran = await weir(api(), ['token', '-o', 'json'])
    expect(json(ran)).toMatchObject({ tenant: 'acme', expiresAt: '2026-11-21T22:00:00.000Z' })
  })

  it('refuses a scope that is none and names those that are', async () => {
    const ran = await weir(api(), ['token', '--scope', 'clusters:own'])
    expect(ran).toMatchObject({ code: EXIT.usage, out: '' })
    expect(ran.err).toContain('clusters:read')
  })

  it('says where it looked when no control plane has ever run there', async () => {
    const ran = await start(['token', '--tenant', 'acme', '--home', '/nowhere/at/all']).ended
    expect(ran.code).toBe(EXIT.usage)
    expect(ran.err).toContain('/nowhere/at/all')
  })
})
