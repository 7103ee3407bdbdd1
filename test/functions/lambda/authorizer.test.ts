import type { APIGatewayRequestAuthorizerEvent, APIGatewayTokenAuthorizerEvent } from 'aws-lambda'
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { describe, expect, it } from 'vitest'
import { authorizerHandler } from '../../../functions/lambda/authorizer.ts'
import { createVirtualClock } from '../../../local/virtual-clock.ts'
import { usageKey } from '../../../shared/contract/tiers.ts'

const clock = createVirtualClock(Date.UTC(2026, 10, 21))
const NOW = clock.now() / 1000
const { publicKey, privateKey } = await generateKeyPair('ES256')
const stranger = await generateKeyPair('ES256')
const jwk = { ...(await exportJWK(publicKey)), kid: 'k1', alg: 'ES256' }
const ISSUER = 'https://issuer.test'
const authorize = authorizerHandler({ issuer: ISSUER, audience: 'weir', keys: { jwks: { keys: [jwk] } }, clock })

const CLAIMS: JWTPayload = {
  iss: ISSUER,
  aud: 'weir',
  sub: 'ana',
  tenant: 'acme',
  scope: 'clusters:read openid clusters:write',
  iat: NOW,
  exp: NOW + 3600,
}
const ARN = 'arn:aws:execute-api:eu-central-1:123456789012:abc123/prod/GET/v1/clusters'

const sign = (claims: JWTPayload, key = privateKey, kid = 'k1') =>
  new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(key)

const event = (authorizationToken: string): APIGatewayTokenAuthorizerEvent => ({
  type: 'TOKEN',
  authorizationToken,
  methodArn: ARN,
})

describe('a valid token', () => {
  it('gives tenant, subject and our scopes, and a policy for the whole stage', async () => {
    const answer = await authorize(event(`Bearer ${await sign(CLAIMS)}`))
    expect(answer).toEqual({
      principalId: 'acme/ana',
      policyDocument: {
        Version: '2012-10-17',
        Statement: [
          {
            Action: 'execute-api:Invoke',
            Effect: 'Allow',
            Resource: 'arn:aws:execute-api:eu-central-1:123456789012:abc123/prod/*',
          },
        ],
      },
      context: { tenantId: 'acme', subject: 'ana', scope: 'clusters:read clusters:write', tier: 'standard' },
    })
  })

  it('gives the tier that it names, and the usual one where it names none that there is', async () => {
    const tierOf = async (tier: unknown) =>
      (await authorize(event(`Bearer ${await sign({ ...CLAIMS, tier })}`))).context.tier
    expect([await tierOf('large'), await tierOf('gold'), await tierOf(7)]).toEqual(['large', 'standard', 'standard'])
  })

  it('gives the key that the gateway counts this tenant by, in a stage', async () => {
    const settings = { issuer: ISSUER, audience: 'weir', keys: { jwks: { keys: [jwk] } }, clock }
    const counting = authorizerHandler({ ...settings, stage: 'prod' })
    const answer = await counting(event(`Bearer ${await sign({ ...CLAIMS, tier: 'trial' })}`))
    expect(answer.usageIdentifierKey).toBe(usageKey('prod', 'trial', 'acme'))
  })

  it('is taken from the header of a REQUEST authoriser too', async () => {
    const request = {
      type: 'REQUEST',
      methodArn: ARN,
      headers: { authorization: `bearer ${await sign(CLAIMS)}` },
    } as unknown as APIGatewayRequestAuthorizerEvent
    expect((await authorize(request)).context.tenantId).toBe('acme')
  })

  it('has no scopes when it claims none', async () => {
    const { scope: _, ...rest } = CLAIMS
    expect((await authorize(event(`Bearer ${await sign(rest)}`))).context.scope).toBe('')
  })
})

const without = (claim: keyof JWTPayload & string) => {
  const { [claim]: _, ...rest } = CLAIMS
  return sign(rest)
}

describe('Unauthorized', () => {
  it.each<readonly [string, () => Promise<string> | string]>([
    ['signed by another key', () => sign(CLAIMS, stranger.privateKey)],
    ['signed by a key that the issuer does not have', () => sign(CLAIMS, stranger.privateKey, 'k2')],
    ['not signed at all (alg none)', () => new UnsecuredJWT(CLAIMS).encode()],
    [
      'signed with the public key as a shared secret',
      () => new SignJWT(CLAIMS).setProtectedHeader({ alg: 'HS256', kid: 'k1' }).sign(Buffer.from(JSON.stringify(jwk))),
    ],
    ['from another issuer', () => sign({ ...CLAIMS, iss: 'https://evil.test' })],
    ['for another audience', () => sign({ ...CLAIMS, aud: 'weir-host' })],
    ['expired', () => sign({ ...CLAIMS, exp: NOW - 60 })],
    ['not valid yet', () => sign({ ...CLAIMS, nbf: NOW + 3600 })],
    ['without an expiry', () => without('exp')],
    ['without a tenant', () => without('tenant')],
    ['without a subject', () => without('sub')],
    ['without an issuer', () => without('iss')],
    ['without an audience', () => without('aud')],
    ['of a tenant that could reach into another’s keys', () => sign({ ...CLAIMS, tenant: 'acme#C' })],
    ['of a tenant that is no text', () => sign({ ...CLAIMS, tenant: ['acme'] })],
    ['with scopes that are no text', () => sign({ ...CLAIMS, scope: ['clusters:read'] })],
    ['changed after signing', async () => `${await sign(CLAIMS)}x`],
    ['not a token', () => 'abc'],
    ['three dots', () => '..'],
    ['empty', () => ''],
  ])('is what a token gets that is %s', async (_what, token) => {
    await expect(authorize(event(`Bearer ${await token()}`))).rejects.toThrow(/^Unauthorized$/)
  })

  it.each(['', 'Basic abc', 'Bearer', 'Bearer a b'])('is what "%s" gets', async (header) => {
    await expect(authorize(event(header))).rejects.toThrow(/^Unauthorized$/)
  })

  it('is not what a caller gets when the keys cannot be fetched', async () => {
    const remote = authorizerHandler({
      issuer: ISSUER,
      audience: 'weir',
      keys: { jwksUrl: 'http://127.0.0.1:1/jwks.json' },
      clock,
    })
    const outcome = remote(event(`Bearer ${await sign(CLAIMS)}`))
    await expect(outcome).rejects.not.toThrow(/^Unauthorized$/)
  })
})
