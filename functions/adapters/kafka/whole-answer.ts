import { createAPI, type Reader, ResponseError, type Writer } from '@platformatic/kafka'

interface Codec<Request extends unknown[], Response> {
  readonly api: { readonly key: number; readonly version: number }
  createRequest(...request: Request): Writer
  parseResponse(correlationId: number, apiKey: number, apiVersion: number, reader: Reader): Response
}

/**
 * A call whose answer speaks of several things, and that is answered also where some of them were refused: the refusals
 * stand beside them. The library throws the whole answer away. A refusal of the whole call is still thrown.
 */
export function withRefusals<Request extends unknown[], Response extends object>({
  api,
  createRequest,
  parseResponse,
}: Codec<Request, Response>) {
  return createAPI<Request, Response>(
    api.key,
    api.version,
    createRequest,
    (correlationId, apiKey, apiVersion, reader) => {
      try {
        return parseResponse(correlationId, apiKey, apiVersion, reader)
      } catch (error) {
        if (error instanceof ResponseError && isPartly(error.response)) return error.response
        throw error
      }
    },
  )
}

function isPartly(response: { readonly errorCode?: number } | undefined): boolean {
  return response !== undefined && (response.errorCode ?? 0) === 0
}
