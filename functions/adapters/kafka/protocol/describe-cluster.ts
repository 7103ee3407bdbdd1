import { createAPI, type Reader, ResponseError, Writer } from '@platformatic/kafka'

/** The brokers are asked for, not the controllers. */
const BROKERS = 1

interface DescribeClusterResponse {
  readonly errorCode: number
  readonly brokers: readonly { readonly nodeId: number; readonly isFenced: boolean }[]
}

/**
 * DescribeCluster, version 2, the first that tells of fenced brokers and known from 4.0 on:
 * clients/src/main/resources/common/message/DescribeCluster{Request,Response}.json of Kafka.
 */
export const describeCluster = createAPI<[], DescribeClusterResponse>(
  60,
  2,
  () => Writer.create().appendBoolean(false).appendInt8(BROKERS).appendBoolean(true).appendTaggedFields(),
  (_correlationId, apiKey, apiVersion, reader) => {
    const { errorMessage, ...response } = readResponse(reader)
    if (response.errorCode !== 0)
      throw new ResponseError(apiKey, apiVersion, { '/': [response.errorCode, errorMessage] }, response)
    return response
  },
)

function readResponse(reader: Reader) {
  // How long the request was throttled.
  reader.readInt32()
  const errorCode = reader.readInt16()
  const errorMessage = reader.readNullableString()
  // The kind of endpoint, the cluster's id, and the controller, which is a random broker here.
  reader.readInt8()
  reader.readString()
  reader.readInt32()
  const brokers = reader.readArray((broker) => {
    const nodeId = broker.readInt32()
    // Host, port and rack.
    broker.readString()
    broker.readInt32()
    broker.readNullableString()
    return { nodeId, isFenced: broker.readBoolean() }
  })
  // Authorised operations, which were not asked for.
  reader.readInt32()
  reader.readTaggedFields()
  return { errorCode, errorMessage, brokers }
}
