import { type ErrorCode, errorRow } from '../../../shared/errors/catalogue.ts'

/** A row of the catalogue of errors as it is published. */
export function errorView(code: ErrorCode) {
  return { code, ...errorRow(code), links: { self: `/v1/errors/${code}` } }
}
