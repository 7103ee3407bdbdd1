import { createAPI, type NullableString, type Reader, ResponseError, Writer } from '@platformatic/kafka'

/** Leaders are the first replicas; the other type, which may lose records, is never asked for. */
const PREFERRED = 0

interface ElectLeadersTopic {
  readonly topic: string
  readonly partitions: readonly number[]
}

interface ElectLeadersResponse {
  readonly errorCode: number
  readonly results: readonly {
    readonly topic: string
    readonly partitions: readonly {
      readonly partition: number
      readonly errorCode: number
      readonly errorMessage: NullableString
    }[]
  }[]
}

/** ElectLeaders, version 2: clients/src/main/resources/common/message/ElectLeaders{Request,Response}.json of Kafka. */
export const electLeaders = createAPI<
  [topics: readonly ElectLeadersTopic[], timeoutMilliseconds: number],
  ElectLeadersResponse
>(
  43,
  2,
  (topics: readonly ElectLeadersTopic[], timeoutMilliseconds: number) =>
    Writer.create()
      .appendInt8(PREFERRED)
      .appendArray([...topics], (writer, { topic, partitions }) => {
        writer
          .appendString(topic)
          .appendArray([...partitions], (each, partition) => each.appendInt32(partition), true, false)
      })
      .appendInt32(timeoutMilliseconds)
      .appendTaggedFields(),
  (_correlationId, apiKey, apiVersion, reader) => {
    const response = readResponse(reader)
    // What a single partition was refused stands in the answer.
    if (response.errorCode !== 0)
      throw new ResponseError(apiKey, apiVersion, { '/': [response.errorCode, null] }, response)
    return response
  },
)

function readResponse(reader: Reader): ElectLeadersResponse {
  // How long the request was throttled.
  reader.readInt32()
  const response = {
    errorCode: reader.readInt16(),
    results: reader.readArray((topic) => ({
      topic: topic.readString(),
      partitions: topic.readArray((each) => ({
        partition: each.readInt32(),
        errorCode: each.readInt16(),
        errorMessage: each.readNullableString(),
      })),
    })),
  }
  reader.readTaggedFields()
  return response
}
