import { z } from 'zod'

/** What the instance metadata service of EC2 tells a machine about itself. */
export interface InstanceMetadata {
  /** The text at a path below `/latest/`, or undefined where there is none (yet). */
  read(path: string): Promise<string | undefined>
}

/** The metadata service cannot be asked: nothing answers, or it refuses. */
export class MetadataError extends Error {
  override readonly name = 'MetadataError'
}

/** Where every instance finds the service; it never leaves the machine. */
export const METADATA_ENDPOINT = 'http://169.254.169.254'

// The service answers within milliseconds; one that takes seconds is not going to.
const timeoutMilliseconds = 2000
// The longest that a token may be asked for.
const tokenSeconds = 21_600

/** Version 2 of the service: each reading carries a token that was asked for by PUT, and another one is asked for once that has ended. */
export function instanceMetadata(endpoint = METADATA_ENDPOINT): InstanceMetadata {
  let token: Promise<string> | undefined

  const newToken = (): Promise<string> => {
    const asked = call(endpoint, 'api/token', 'PUT', { 'x-aws-ec2-metadata-token-ttl-seconds': String(tokenSeconds) })
      .then((response) => textOf(response, 'a token'))
      .catch((error: unknown) => {
        token = undefined
        throw error
      })
    token = asked
    return asked
  }
  const get = async (path: string, held: string): Promise<Response> =>
    call(endpoint, path, 'GET', { 'x-aws-ec2-metadata-token': held })

  return {
    async read(path) {
      let response = await get(path, await (token ?? newToken()))
      // The token has ended.
      if (response.status === 401) response = await get(path, await newToken())
      return response.status === 404 ? undefined : textOf(response, path)
    },
  }
}

async function call(
  endpoint: string,
  path: string,
  method: string,
  headers: Record<string, string>,
): Promise<Response> {
  try {
    const signal = AbortSignal.timeout(timeoutMilliseconds)
    return await fetch(new URL(`/latest/${path}`, endpoint), { method, headers, redirect: 'error', signal })
  } catch (cause) {
    throw new MetadataError(`the instance metadata service does not answer: ${reason(cause)}`, { cause })
  }
}

async function textOf(response: Response, what: string): Promise<string> {
  if (response.ok) return response.text()
  throw new MetadataError(`the instance metadata service answers ${response.status} when asked for ${what}`)
}

const Caused = z.object({ message: z.string(), cause: z.object({ message: z.string() }).optional() })

/** Fetch hides why it failed in the cause. */
function reason(thrown: unknown): string {
  const { data } = Caused.safeParse(thrown)
  return data?.cause?.message ?? data?.message ?? String(thrown)
}
