import { readEnvironment } from '../../../shared/deployment/environment.ts'
import { systemClock } from '../../adapters/system-clock.ts'
import { authorizerHandler } from '../authorizer.ts'

const {
  WEIR_ISSUER: issuer,
  WEIR_AUDIENCE: audience,
  WEIR_JWKS_URL: jwksUrl,
  WEIR_STAGE: stage,
} = readEnvironment('authorizer', process.env)

/** What API Gateway asks whose token a request carries; its answers are cached per token. */
export const handler = authorizerHandler({ issuer, audience, stage, keys: { jwksUrl }, clock: systemClock })
