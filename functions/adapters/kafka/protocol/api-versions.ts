import { apiVersionsV3, apiVersionsV4, type Connection, createAPI } from '@platformatic/kafka'
import { refusalsIn } from '../failures.ts'

/** How the control plane calls itself to a node that is asked what it speaks. */
const CLIENT = ['weir-control-plane', '1'] as const

/**
 * ApiVersions, version 4: its answer is laid out as that of version 3
 * (clients/src/main/resources/common/message/ApiVersionsResponse.json of Kafka). A node that does not know it answers in
 * another layout with an error first, which only the reader of version 3 heeds.
 */
const version4 = createAPI<Parameters<typeof apiVersionsV4.createRequest>, apiVersionsV3.ApiVersionsResponse>(
  apiVersionsV4.api.key,
  apiVersionsV4.api.version,
  apiVersionsV4.createRequest,
  apiVersionsV3.parseResponse,
  true,
  false,
)

/** What a node speaks and supports. Version 3 leaves out features that have a level 0; releases before 3.9 know no other. */
export async function apiVersions(connection: Connection): Promise<apiVersionsV3.ApiVersionsResponse> {
  try {
    return await version4.async(connection, ...CLIENT)
  } catch (error) {
    if (!refusalsIn(error).some(({ name }) => name === 'UNSUPPORTED_VERSION')) throw error
    return apiVersionsV3.api.async(connection, ...CLIENT)
  }
}
