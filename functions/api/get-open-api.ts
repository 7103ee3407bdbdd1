import { ROUTES } from '../../shared/contract/routes.ts'
import type { openApiDocument } from '../openapi/document.ts'
import { defineEndpoint } from './endpoint.ts'

let rendered: ReturnType<typeof openApiDocument> | undefined

/** Answers the description of the API, made once from the same routes that are served, by code that only this endpoint loads. */
export const getOpenApi = defineEndpoint({
  route: ROUTES.getOpenApi,
  async handle() {
    rendered ??= (await import('../openapi/document.ts')).openApiDocument()
    return { status: 200, body: { ...rendered } }
  },
})
