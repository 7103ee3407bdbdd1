import { ROUTES } from '../../shared/contract/routes.ts'
import { isErrorCode } from '../../shared/errors/catalogue.ts'
import { DomainError } from '../../shared/errors/domain-error.ts'
import { defineEndpoint } from './endpoint.ts'
import { errorView } from './views/error.ts'

/** Explains one error code; the `type` of every problem document leads here. */
export const getError = defineEndpoint({
  route: ROUTES.getError,
  async handle({ params: { code } }) {
    if (!isErrorCode(code)) throw new DomainError('ERROR_CODE_NOT_FOUND', `There is no error code ${code}.`)
    return { status: 200, body: errorView(code) }
  },
})
