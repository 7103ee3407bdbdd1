import { ROUTES } from '../../shared/contract/routes.ts'
import { ERRORS, isErrorCode } from '../../shared/errors/catalogue.ts'
import { defineEndpoint } from './endpoint.ts'
import { errorView } from './views/error.ts'

/** Lists every error code. */
export const listErrors = defineEndpoint({
  route: ROUTES.listErrors,
  async handle() {
    return { status: 200, body: { items: Object.keys(ERRORS).filter(isErrorCode).map(errorView) } }
  },
})
