import {
  alterUserScramCredentialsV0,
  createAclsV3,
  createAPI,
  createTopicsV7,
  deleteAclsV3,
  deleteTopicsV6,
  describeQuorumV1,
  describeQuorumV2,
  fetchV13,
  metadataV12,
  produceV9,
  ResponseError,
} from '@platformatic/kafka'

/** Calls whose version here is spoken by every release from 3.7 to 4.3. */
export const alterScramCredentials = alterUserScramCredentialsV0.api
export const createAcls = createAclsV3.api
export const createTopics = createTopicsV7.api
export const deleteAcls = deleteAclsV3.api
export const deleteTopics = deleteTopicsV6.api
/** Names topics by id: a topic that was deleted and made anew is not taken for the old one. */
export const fetchRecords = fetchV13.api
export const produce = produceV9.api

/** Releases before 3.9 know no directory ids, and so only version 1. */
export function describeQuorum(kafkaVersion: string): typeof describeQuorumV2.api {
  const [major = 0, minor = 0] = kafkaVersion.split('.').map(Number)
  return major > 3 || (major === 3 && minor >= 9) ? describeQuorumV2.api : describeQuorumV1.api
}

/**
 * Metadata as it was answered. The library throws the whole answer away when one partition has no leader, which is just
 * what a caller wants to see; the errors stand in the answer itself.
 */
export const metadata = createAPI<Parameters<typeof metadataV12.createRequest>, metadataV12.MetadataResponse>(
  metadataV12.api.key,
  metadataV12.api.version,
  metadataV12.createRequest,
  (correlationId, apiKey, apiVersion, reader) => {
    try {
      return metadataV12.parseResponse(correlationId, apiKey, apiVersion, reader)
    } catch (error) {
      if (error instanceof ResponseError && error.response !== undefined) return error.response
      throw error
    }
  },
)
