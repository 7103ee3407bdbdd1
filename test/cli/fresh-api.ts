import { afterEach, beforeEach } from 'vitest'
import { type ApiServer, startApi } from './api-server.ts'

/** Gives each test of a file an API of its own. */
export function freshApi(): () => ApiServer {
  let api: ApiServer | undefined
  beforeEach(async () => {
    api = await startApi()
  })
  afterEach(() => api?.close())
  return () => {
    if (!api) throw new TypeError('there is an API only while a test runs')
    return api
  }
}
